/**
 * Projects: one file, slipway.yaml, that declares datasets, pipelines, gates, deployments, monitors and policies: whatever
 * the modules say that it may declare. This one knows none of them.
 *
 * Promises: a file is checked whole, references between its sections included, before anything is changed, and every
 * problem is reported at once with its path and line; applying the same file again changes nothing. What it declares
 * belongs to the modules in charge; this one keeps the file and the record of when it was applied with which changes.
 * Emits `projects.project.applied`.
 */
import { defineModule } from '../../platform/platform.ts'
import { createFileFormat } from './file-format.ts'
import { projectApplied } from './model.ts'
import { operations } from './operations.ts'
import { createProjects, type ProjectsContext } from './service.ts'
import { migrations } from './tables.ts'

export { Application, Change, Project, ProjectDetail, projectApplied, projectErrors } from './model.ts'
export type { ApplyProject, Projects } from './service.ts'

export const projects = defineModule({
  name: 'projects',
  needs: {},
  config: {},
  migrations,
  events: [projectApplied],
  operations,
  create: ({ platform }) => {
    const ctx: ProjectsContext = { platform, db: platform.db.typed(), format: createFileFormat([]) }
    return { door: createProjects(ctx), ctx }
  },
  gather: ({ ctx }, declared) => {
    ctx.format = createFileFormat(declared)
  },
})
