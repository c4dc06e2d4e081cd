import { z } from 'zod'
import { configKey, flagBoolean } from '../../kernel/config.ts'
import { defineErrors } from '../../kernel/errors.ts'
import { isLoopbackHost } from './loopback.ts'

export const authConfig = {
  'auth.token': configKey(
    z.string().min(8, 'a token has at least 8 characters').optional(),
    'Every request must carry this token, as "Authorization: Bearer <token>" or as the password of HTTP Basic. Without it anyone who reaches the port may do anything.',
    { secret: true },
  ),
  insecure: configKey(
    flagBoolean.default(false),
    'Start without a token although other machines can reach the server.',
  ),
}

export const authErrors = defineErrors({
  token_wrong: ['unauthenticated', 'The token is not the one of this server.', 'Compare it with auth.token.'],
  run_token_ended: [
    'unauthenticated',
    'The token is that of a run, and no process works for that run here.',
    "The token of a step opens its own run until the step ends; from elsewhere use the server's token.",
  ],
  run_may_not: [
    'forbidden',
    'The run {run} may not do this: it needs {permission} on {subject}.',
    "A step writes into its own run and runs nested in it, and reads what it works with. Do the rest outside of the pipeline, with the server's token.",
  ],
  insecure_host: [
    'invalid',
    'Refusing to listen on {host} without a token: other machines could reach this server.',
    'Set SLIPWAY_AUTH_TOKEN, or listen on 127.0.0.1, or pass --insecure if the network is trusted.',
  ],
})

/** Throws `insecure_host` when the server would be open to other machines without a token. */
export function requireSafeStart(options: { host: string; token: string | undefined; insecure: boolean }): void {
  if (options.token !== undefined || options.insecure || isLoopbackHost(options.host)) return
  throw authErrors.insecure_host({ host: options.host })
}
