import { createHash } from 'node:crypto'
import { nearest } from '../../kernel/nearest.ts'
import type { Page } from '../../kernel/paging.ts'
import type { Source } from '../../kernel/source.ts'
import type { TypedDatabase } from '../../platform/db/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { applySections, existsOnServer } from './apply.ts'
import type { FileFormat, ProjectFile } from './file-format.ts'
import { type Application, type Project, type ProjectDetail, projectApplied, projectErrors } from './model.ts'
import { type Problem, parseProjectFile } from './parse.ts'
import { checkEntries, checkReferences } from './references.ts'
import * as store from './store.ts'
import type { ProjectTables } from './tables.ts'

export interface ApplyProject {
  /** slipway.yaml as written, so that problems carry its line numbers. */
  readonly text: string
  /** Name of the file in messages. */
  readonly path: string
  readonly source?: Source | undefined
}

export interface Projects {
  /**
   * Checks the whole file first and throws `project_invalid` with every problem; then applies each section through the
   * module in charge. Repeating it changes nothing; after a crash in between, applying again completes it.
   */
  applyProject(request: ApplyProject): Promise<Application>
  /** Everything that is wrong with a file, and nothing else: no row is written. */
  checkProject(request: Pick<ApplyProject, 'text'>): Promise<readonly Problem[]>
  listProjects(query: { readonly limit: number; readonly cursor?: string | undefined }): Promise<Page<Project>>
  getProject(nameOrId: string): Promise<ProjectDetail>
}

export interface ProjectsContext {
  readonly platform: Platform
  readonly db: TypedDatabase<ProjectTables>
  /** Of no section until the modules have declared theirs. */
  format: FileFormat
}

export function createProjects(ctx: ProjectsContext): Projects {
  const { db } = ctx
  return {
    applyProject: async ({ text, path, source }) => {
      const { file, problems } = await readProject(ctx.format, text)
      if (file === undefined || problems.length > 0) throw invalid(path, problems)
      const changes = await applySections(ctx.format, file, source)
      return record(ctx, { text, file, source, changes })
    },
    checkProject: async ({ text }) => (await readProject(ctx.format, text)).problems,
    listProjects: (query) => store.listProjects(db.read, query),
    getProject: async (nameOrId) => {
      const project = await store.findProject(db.read, nameOrId)
      if (project === undefined) {
        const { items } = await store.listProjects(db.read, { limit: 1000 })
        const near = nearest(
          nameOrId,
          items.map((item) => item.name),
        )
        throw projectErrors.project_not_found({ project: nameOrId, near: near === undefined ? '' : ` Meant ${near}?` })
      }
      return { ...project, applications: await store.listApplications(db.read, project, 20) }
    },
  }
}

async function readProject(
  format: FileFormat,
  text: string,
): Promise<{ file?: ProjectFile; problems: readonly Problem[] }> {
  const { file, problems, locate } = parseProjectFile(format, text)
  if (file === undefined) return { problems }
  const dangling = await checkReferences({ format, file, locate }, (named) => existsOnServer(format, named))
  return { file, problems: [...dangling, ...checkEntries(format, file, locate)] }
}

function invalid(path: string, problems: readonly Problem[]) {
  const lines = problems.map((problem) => {
    const where = problem.line === undefined ? '' : `line ${problem.line}: `
    return `  - ${where}${problem.path === '' ? '' : `${problem.path}: `}${problem.message}`
  })
  const fields = problems.map(({ line: _line, ...field }) => field)
  return projectErrors.project_invalid({ path, count: problems.length, problems: lines.join('\n') }, { fields })
}

interface Applied {
  readonly text: string
  readonly file: ProjectFile
  readonly source: Source | undefined
  readonly changes: Application['changes']
}

async function record(
  { platform, db }: ProjectsContext,
  { text, file, source, changes }: Applied,
): Promise<Application> {
  const appliedAt = platform.clock.now()
  const code = {
    ...(source?.commit === undefined ? {} : { commit: source.commit }),
    ...(source?.dirty === undefined ? {} : { dirty: source.dirty }),
  }
  const digest = createHash('sha256').update(text).digest('hex')
  return db.transaction(async (tx) => {
    const before = await store.findProject(tx.query, file.project)
    const project = {
      id: before?.id ?? platform.ids('prj'),
      name: file.project,
      digest,
      text,
      ...code,
      createdAt: before?.createdAt ?? appliedAt,
      appliedAt,
    }
    await store.saveProject(tx.query, project)
    const application: Application = {
      id: platform.ids('app'),
      projectId: project.id,
      project: project.name,
      digest,
      ...code,
      changes: [...changes],
      appliedAt,
    }
    await store.insertApplication(tx.query, application)
    const { id: applicationId, projectId, commit } = application
    await platform.events.emit(tx, projectApplied, projectId, {
      projectId,
      project: project.name,
      applicationId,
      ...(commit === undefined ? {} : { commit }),
      changes: application.changes,
    })
    return application
  })
}
