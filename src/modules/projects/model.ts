import { z } from 'zod'
import { defineErrors, type Joined } from '../../kernel/errors.ts'
import { defineEvent } from '../../kernel/event.ts'

/** What applying did to one thing of the file. */
export const Change = z.object({
  section: z.string().describe('Section of the file: datasets, pipelines, …'),
  name: z.string(),
  change: z.enum(['created', 'changed', 'unchanged']),
  detail: z.string().optional().describe('What is different now, such as the new version of a pipeline.'),
})
export type Change = z.output<typeof Change>

/** One time that a project's file was applied. */
export const Application = z.object({
  id: z.string(),
  projectId: z.string(),
  project: z.string(),
  /** SHA-256 of the file's text. */
  digest: z.string(),
  commit: z.string().optional(),
  dirty: z.boolean().optional(),
  changes: z.array(Change),
  appliedAt: z.number(),
})
export type Application = z.output<typeof Application>

export const Project = z.object({
  id: z.string(),
  name: z.string(),
  /** SHA-256 of the text applied last. */
  digest: z.string(),
  commit: z.string().optional(),
  dirty: z.boolean().optional(),
  createdAt: z.number(),
  appliedAt: z.number(),
})
export type Project = z.output<typeof Project>

export const ProjectDetail = Project.extend({
  text: z.string().describe('slipway.yaml as it was applied last.'),
  applications: z.array(Application).describe('The newest twenty, newest first.'),
})
export type ProjectDetail = z.output<typeof ProjectDetail>

export const projectApplied = defineEvent(
  'projects.project.applied',
  'A project file was applied; the changes say what is different.',
  z.object({
    projectId: z.string(),
    project: z.string(),
    applicationId: z.string(),
    commit: z.string().optional(),
    changes: z.array(Change),
  }),
  { sentence: 'Project {project} was applied' },
)

export const projectErrors = defineErrors({
  project_invalid: ['invalid', '{path} has {count} problem(s):\n{problems}', 'Nothing was applied.'],
  project_not_found: ['not_found', 'There is no project {project}.{near}', 'slipway projects list'],
})

declare module '../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof projectErrors> {}
}
