import { z } from 'zod'
import { type Operation, operation } from '../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../kernel/paging.ts'
import { Source } from '../../kernel/source.ts'
import { Application, Project, ProjectDetail } from './model.ts'
import type { Projects } from './service.ts'

const text = z.string().max(1_000_000).describe('The project file (YAML) as written.')

export const operations: readonly Operation<Projects>[] = [
  operation({
    name: 'projects.apply',
    http: 'POST /v1/projects',
    summary: 'Apply a project file: datasets, pipelines, gates, deployments, monitors and policies.',
    description:
      'The whole file is checked before anything is changed. The source files must be stored first (PUT /v1/blobs). Applying the same file again changes nothing.',
    input: z.object({ text, path: z.string().max(1000).default('slipway.yaml'), source: Source.optional() }),
    output: Application,
    errors: ['project_invalid', 'pipeline_source_missing'],
    allow: 'projects:write',
    subject: 'projects',
    run: (projects: Projects, input) => projects.applyProject(input),
  }),
  operation({
    name: 'projects.check',
    http: 'POST /v1/projects/check',
    summary: 'Check a project file without applying it.',
    input: z.object({ text }),
    output: z.object({
      problems: z.array(
        z.object({
          path: z.string(),
          message: z.string(),
          line: z.number().int().optional(),
          value: z.unknown().optional(),
        }),
      ),
    }),
    allow: 'projects:read',
    subject: 'projects',
    run: async (projects: Projects, input) => ({ problems: [...(await projects.checkProject(input))] }),
  }),
  operation({
    name: 'projects.list',
    http: 'GET /v1/projects',
    summary: 'List projects by name.',
    input: z.object(pageQuery),
    output: pageOf(Project),
    allow: 'projects:read',
    subject: 'projects',
    run: (projects: Projects, input) => projects.listProjects(input),
  }),
  operation({
    name: 'projects.get',
    http: 'GET /v1/projects/{project}',
    summary: 'Show a project: its file and when it was applied with which changes.',
    input: z.object({ project: z.string().describe('Name or id.') }),
    output: ProjectDetail,
    errors: ['project_not_found'],
    allow: 'projects:read',
    subject: 'project:{project}',
    run: (projects: Projects, input) => projects.getProject(input.project),
  }),
]
