import { z } from 'zod'
import { operation } from '../../../kernel/operation.ts'
import type { Serving } from '../service.ts'
import { Environment, RemovedEnvironments, RemoveEnvironments } from './model.ts'

export const environmentOperations = [
  operation({
    name: 'environments.list',
    http: 'GET /v1/environments',
    summary: 'List the Python environments of this host, with size, last use and who needs them.',
    input: z.object({}),
    output: z.object({ items: z.array(Environment) }),
    allow: 'deployments:read',
    subject: 'environments',
    cli: { examples: ['slipway environments list'] },
    run: (serving: Serving) => serving.listEnvironments(),
  }),
  operation({
    name: 'environments.remove',
    http: 'POST /v1/environments/remove',
    summary: 'Remove Python environments that nothing needs; they are built again when a version does.',
    input: RemoveEnvironments,
    output: RemovedEnvironments,
    errors: ['environment_not_found', 'environment_needed', 'duration_invalid'],
    allow: 'deployments:write',
    subject: 'environments',
    cli: { args: ['name'], examples: ['slipway environments remove --unused-for 30d --dry-run'] },
    run: (serving: Serving, input) => serving.removeEnvironments(input),
  }),
]
