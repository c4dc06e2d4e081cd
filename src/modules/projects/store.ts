import type { Kysely } from 'kysely'
import type { PageQuery } from '../../kernel/paging.ts'
import { readPage } from '../../platform/db/index.ts'
import type { Application, Project } from './model.ts'
import type { ApplicationRow, ProjectRow, ProjectTables } from './tables.ts'

type Db = Kysely<ProjectTables>

export type StoredProject = Project & { readonly text: string }

export async function findProject(db: Db, nameOrId: string): Promise<StoredProject | undefined> {
  const row = await db
    .selectFrom('projects_project')
    .selectAll()
    .where((where) => where.or([where('name', '=', nameOrId), where('id', '=', nameOrId)]))
    .executeTakeFirst()
  return row && { ...toProject(row), text: row.text }
}

export function listProjects(db: Db, query: PageQuery) {
  return readPage(db.selectFrom('projects_project').selectAll(), { name: 'asc' }, query, toProject)
}

/** Writes what was applied, by name; the first time under `project.id`, later under the id it has. */
export async function saveProject(db: Db, project: StoredProject): Promise<void> {
  const { dirty, commit, ...rest } = project
  const row = { ...rest, commit: commit ?? null, dirty: toBit(dirty) }
  const { id: _id, name: _name, createdAt: _createdAt, ...changes } = row
  await db
    .insertInto('projects_project')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(changes))
    .execute()
}

export async function insertApplication(db: Db, application: Application): Promise<void> {
  const { project: _project, changes, commit, dirty, ...rest } = application
  await db
    .insertInto('projects_application')
    .values({ ...rest, commit: commit ?? null, dirty: toBit(dirty), changes: JSON.stringify(changes) })
    .execute()
}

/** Newest first. */
export async function listApplications(db: Db, project: Project, limit: number): Promise<Application[]> {
  const rows = await db
    .selectFrom('projects_application')
    .selectAll()
    .where('projectId', '=', project.id)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => toApplication(row, project.name))
}

function toProject(row: ProjectRow): Project {
  const { text: _text, commit, dirty, ...rest } = row
  return { ...rest, ...codeState(commit, dirty) }
}

function toApplication(row: ApplicationRow, project: string): Application {
  const { commit, dirty, changes, ...rest } = row
  return { ...rest, ...codeState(commit, dirty), project, changes: JSON.parse(changes) }
}

function codeState(commit: string | null, dirty: number | null) {
  return { ...(commit === null ? {} : { commit }), ...(dirty === null ? {} : { dirty: dirty === 1 }) }
}

function toBit(value: boolean | undefined): number | null {
  return value === undefined ? null : Number(value)
}
