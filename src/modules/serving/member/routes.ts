import type { RawRoute } from '../../../kernel/route.ts'
import { fleetErrors } from '../fleet/model.ts'
import type { Member } from './member.ts'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Whatever is not inference is answered elsewhere; who asks learns where. */
export function elsewhereRoutes({ door: member }: { readonly door: Member }): RawRoute[] {
  return methods.map((method) => ({
    method,
    path: '/{path*}',
    summary: 'Says where the control plane is: a member of a fleet answers predictions only.',
    body: 'stream',
    allow: 'deployments:read',
    run: async ({ url, stream }) => {
      stream.resume()
      const controlPlane = (await member.controlPlaneUrl()) ?? 'it has not told of itself yet'
      throw fleetErrors.not_on_member({ method, path: url.replace(/\?.*/s, ''), controlPlane })
    },
  }))
}
