import type { Principal } from '../../kernel/actor.ts'
import type { Access, Act } from '../../platform/auth/index.ts'

/** Throws the refusal, which is told in the words of the route's protocol. */
export async function requireRight({ mayDo }: Access, principal: Principal, act: Act): Promise<void> {
  const refused = await mayDo(principal, act)
  if (refused !== undefined) throw refused
}
