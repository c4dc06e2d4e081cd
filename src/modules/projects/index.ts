/**
 * Projects: one file, slipway.yaml, that declares datasets, pipelines, gates, deployments, monitors and policies.
 *
 * Promises: a file is checked whole, references between its sections included, before anything is changed, and every
 * problem is reported at once with its path and line; applying the same file again changes nothing. What it declares
 * belongs to the modules in charge; this one keeps the file and the record of when it was applied with which changes.
 * Emits `projects.project.applied`.
 */
export { Application, Change, Project, ProjectDetail, projectApplied, projectErrors } from './model.ts'
export { operations } from './operations.ts'
export { ProjectFile } from './project-file.ts'
export type { ApplyProject, Projects } from './service.ts'
