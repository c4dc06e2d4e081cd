import { setTimeout as sleep } from 'node:timers/promises'
import { errorKinds } from '../../../kernel/errors.ts'
import type { Deployment, Transport } from '../../../sdk/index.ts'
import { isSlipwayError } from '../../../sdk/index.ts'
import { cliErrors } from '../cli-errors.ts'
import type { Terminal } from '../terminal.ts'

export interface DeployOptions {
  readonly name: string
  readonly model: string
  readonly timeoutMs: number
  readonly terminal: Terminal
  readonly signal: AbortSignal
  readonly isJson: boolean
}

const apply = { method: 'PUT', path: '/v1/deployments/{name}' } as const
const get = { method: 'GET', path: '/v1/deployments/{name}' } as const
const pollMs = 250

/** Asks for the change and follows it until the deployment is ready. Resolves with the exit code. */
export async function deployAndWait(transport: Transport, options: DeployOptions): Promise<number> {
  const { terminal, signal, isJson, name } = options
  const startedAt = performance.now()
  const ended = new AbortController()
  const limit = AbortSignal.timeout(options.timeoutMs)
  const waiting = AbortSignal.any([signal, limit])
  const progress = showProgress(transport, options, AbortSignal.any([waiting, ended.signal]))
  try {
    const deployment = await change(transport, options, waiting)
    ended.abort()
    await progress
    if (isJson) terminal.write(`${JSON.stringify(deployment, null, 2)}\n`)
    else terminal.write(`${sentence(deployment, performance.now() - startedAt)}\n`)
    return deployment.state === 'ready' ? 0 : errorKinds.unavailable.exit
  } catch (error) {
    ended.abort()
    await progress
    if (signal.aborted)
      terminal.note(`Not waited for any longer; the server goes on. slipway deployments get ${name}\n`)
    if (!signal.aborted && limit.aborted) throw cliErrors.deploy_late({ name, seconds: options.timeoutMs / 1000 })
    throw error
  }
}

/** The change itself. When serving processes are away it is written all the same: then it is waited for. */
async function change(transport: Transport, { name, model }: DeployOptions, signal: AbortSignal): Promise<Deployment> {
  try {
    return await transport.call<Deployment>(apply, { name, model }, { signal })
  } catch (error) {
    if (!isSlipwayError(error) || error.code !== 'data_plane_away') throw error
  }
  for (;;) {
    await sleep(pollMs, undefined, { signal })
    const deployment = await transport.call<Deployment>(get, { name }, { signal })
    if (deployment.state !== 'updating') return deployment
  }
}

/** One line that tells how far it is, for people only; gone when it ends. */
async function showProgress(transport: Transport, options: DeployOptions, signal: AbortSignal): Promise<void> {
  const { terminal, name, model, isJson } = options
  if (!terminal.isInteractive || isJson) return
  const startedAt = performance.now()
  try {
    for (;;) {
      await sleep(pollMs, undefined, { signal })
      const found = await transport.call<Deployment>(get, { name }, { signal }).catch(() => undefined)
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
      const preparing = found?.progress ?? 'the model is looked at'
      const act = found?.state === 'updating' ? 'serving processes load it' : preparing.slice(0, 100)
      terminal.note(`\r\u001b[K${name} <- ${model}: ${act} (${seconds} s)`)
    }
  } catch {
    terminal.note('\r\u001b[K')
  }
}

function sentence({ name, model, state, variants, url, problem }: Deployment, tookMs: number): string {
  if (state === 'waiting') return `${name} is declared; ${model} has no version that could be served yet.`
  if (state !== 'ready') return `${name} is ${state}${problem === undefined ? '' : `: ${problem}`}`
  const shares = variants.map(({ version, weight }) => `version ${version} of ${model} (${weight}%)`)
  return `${name} serves ${shares.join(' and ')}, ready after ${(tookMs / 1000).toFixed(1)} s\n${url}`
}
