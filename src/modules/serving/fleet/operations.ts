import { z } from 'zod'
import { Nothing, operation } from '../../../kernel/operation.ts'
import type { Serving } from '../service.ts'
import { Fleet } from './model.ts'

export const fleetOperations = [
  operation({
    name: 'fleet.list',
    http: 'GET /v1/fleet',
    summary: 'List the servers that share the database and answer predictions: state, plan, load.',
    description: 'A member joins with `slipway serve --data-plane-only`. Without PostgreSQL there is no fleet.',
    input: z.object({}),
    output: Fleet,
    allow: 'deployments:read',
    subject: 'fleet',
    run: (serving: Serving) => serving.getFleet(),
  }),
  operation({
    name: 'fleet.forget',
    http: 'DELETE /v1/fleet/{id}',
    summary: 'Take a member that will not come back off the list.',
    description: 'Predictions that lie in its data directory alone become rows only if it is started there again.',
    input: z.object({ id: z.string() }),
    output: Nothing,
    errors: ['member_not_found', 'member_is_live'],
    allow: 'deployments:write',
    subject: 'member:{id}',
    cli: { args: ['id'], examples: ['slipway fleet forget mbr_01k5x2v7q3c9d4e6f8g0h1j2k3'] },
    run: async (serving: Serving, { id }) => {
      await serving.forgetMember(id)
      return {}
    },
  }),
]
