import { sleep } from '../../kernel/retry.ts'

export interface UntilThereEnv {
  readonly hasOtherHosts: () => Promise<boolean>
  /** Makes rows of every prediction that this host answered before now. */
  readonly catchUp: () => Promise<void>
}

/** Other hosts make rows of what they answered within a tenth of a second; this allows for a busy one. */
const otherHostsMs = 1000
const pollMs = 50

/**
 * For whoever asks for a prediction right after its answer, when it may lie in a log only: resolves when `isThere` says so,
 * or when whoever may have answered it had the time to make a row of it.
 */
export async function untilThere(env: UntilThereEnv, isThere: () => Promise<boolean>): Promise<void> {
  if (await isThere()) return
  await env.catchUp()
  if ((await isThere()) || !(await env.hasOtherHosts())) return
  for (let waited = 0; waited < otherHostsMs && !(await isThere()); waited += pollMs) await sleep(pollMs)
}
