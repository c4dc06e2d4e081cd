import { z } from 'zod'
import { type Operation, operation } from '../../kernel/operation.ts'
import { usualTolerance } from './reproduce.ts'
import { Reproduction } from './reproduction.ts'
import { renderReproduction } from './reproduction-text.ts'
import type { PipelineService } from './service.ts'

export const reproductionOperations: readonly Operation<PipelineService>[] = [
  operation({
    name: 'models.reproductions.start',
    http: 'POST /v1/reproductions',
    summary: 'Run the pipeline that made a model version again, from the same code, data and parameters.',
    description:
      'Its outputs are kept and compared but never published: no dataset version and no model version comes of it.',
    input: z.object({
      version: z.string().min(1).max(400).describe('flight-delay@champion, flight-delay/3, or an id.'),
      key: z.string().max(200).optional().describe('Starting again with the same key answers the same reproduction.'),
    }),
    output: Reproduction,
    errors: ['model_not_found', 'model_version_not_found', 'model_alias_not_found', 'reproduction_impossible'],
    allow: 'pipelines:write',
    subject: 'model:{version}',
    status: 201,
    cli: { args: ['version'], render: renderReproduction },
    run: (service: PipelineService, input) => service.startReproduction(input),
  }),
  operation({
    name: 'models.reproductions.get',
    http: 'GET /v1/reproductions/{id}',
    summary: 'Show how far a reproduction is, and what it found.',
    input: z.object({
      id: z.string().describe('Id of its pipeline run.'),
      tolerance: z.coerce
        .number()
        .min(0)
        .max(1)
        .default(usualTolerance)
        .describe('Largest relative difference of a metric that counts as equal.'),
    }),
    output: Reproduction,
    errors: ['reproduction_not_found'],
    allow: 'pipelines:read',
    subject: 'reproduction:{id}',
    cli: { render: renderReproduction },
    run: (service: PipelineService, input) => service.getReproduction(input.id, input.tolerance),
  }),
]
