import { z } from 'zod'
import { defineErrors, type Joined } from '../../../kernel/errors.ts'

export const MemberState = z.enum(['joining', 'live', 'away'])
export type MemberState = z.infer<typeof MemberState>

/** A server of the fleet: the control plane, or a member that only answers predictions. */
export const FleetMember = z.object({
  id: z.string(),
  role: z.enum(['control plane', 'member']),
  url: z.string().describe('Where it is reached.'),
  state: MemberState.describe(
    '`joining` until it has loaded its first plan, `away` once it has not been heard of for serving.memberLeaseMs.',
  ),
  planVersion: z.number().int().describe('Version of the plan that it follows; 0 before the first.'),
  problems: z.array(z.string()).describe('What it could not load, and in what it differs from the control plane.'),
  workers: z.number().int(),
  memoryBytes: z.number().describe('Resident, of its workers.'),
  requestsPerSecond: z.number().describe('Of inference, over the last seconds.'),
  pendingCount: z.number().int().describe('Requests waiting or running when it last told of itself.'),
  version: z.string().describe('Of its program.'),
  name: z.string().describe('Name of its host.'),
  startedAt: z.number(),
  seenAt: z.number(),
})
export type FleetMember = z.infer<typeof FleetMember>

export const Fleet = z.object({ items: z.array(FleetMember) })
export type Fleet = z.infer<typeof Fleet>

export const fleetErrors = defineErrors({
  fleet_needs_postgres: [
    'invalid',
    'A fleet shares one PostgreSQL database between its hosts; the database of this server is {url}.',
    'Give --database-url postgres://… of the control plane, to it and to every member.',
  ],
  fleet_needs_shared_blobs: [
    'invalid',
    'A member of a fleet reads models from the blob store of its control plane, and none was given.',
    'Give --blob-url: the s3://… or file:/shared/folder that the control plane has.',
  ],
  not_on_member: [
    'not_found',
    'No {method} {path} here: this member of a fleet answers predictions only.',
    'Ask the control plane: {controlPlane}',
  ],
  member_not_found: ['not_found', 'There is no member {id}.', 'slipway fleet list'],
  member_is_live: [
    'conflict',
    'The member {id} at {url} is alive.',
    'Stop it first; one that is stopped in order leaves the list by itself.',
  ],
})

declare module '../../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof fleetErrors> {}
}
