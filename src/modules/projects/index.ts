/**
 * Projects: one file, slipway.yaml, that declares datasets, pipelines, gates, deployments, monitors and policies.
 *
 * Promises: a file is checked whole, references between its sections included, before anything is changed, and every
 * problem is reported at once with its path and line; applying the same file again changes nothing. What it declares
 * belongs to the modules in charge; this one keeps the file and the record of when it was applied with which changes.
 * Emits `projects.project.applied`.
 */
import { defineModule } from '../../platform/platform.ts'
import { automation } from '../automation/index.ts'
import { datasets } from '../datasets/index.ts'
import { monitoring } from '../monitoring/index.ts'
import { pipelines } from '../pipelines/index.ts'
import { registry } from '../registry/index.ts'
import { serving } from '../serving/index.ts'
import { validation } from '../validation/index.ts'
import { projectApplied } from './model.ts'
import { operations } from './operations.ts'
import { createProjects } from './service.ts'
import { migrations } from './tables.ts'

export { Application, Change, Project, ProjectDetail, projectApplied, projectErrors } from './model.ts'
export { ProjectFile } from './project-file.ts'
export type { ApplyProject, Projects } from './service.ts'

export const projects = defineModule({
  name: 'projects',
  needs: { datasets, pipelines, registry, validation, serving, monitoring, automation },
  config: {},
  migrations,
  events: [projectApplied],
  operations,
  create: ({ platform, needs }) => ({ door: createProjects(platform, needs) }),
})
