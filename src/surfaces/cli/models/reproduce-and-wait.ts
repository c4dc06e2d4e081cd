import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Reproduction, Transport } from '../../../sdk/index.ts'
import type { CommandContext } from '../command.ts'
import type { Terminal } from '../terminal.ts'

export interface ReproduceOptions {
  readonly version: string
  readonly tolerance?: number
  readonly terminal: Terminal
  readonly signal: AbortSignal
  readonly isJson: boolean
  readonly render: CommandContext['render']
}

const start = { method: 'POST', path: '/v1/reproductions' } as const
const get = { method: 'GET', path: '/v1/reproductions/{id}' } as const
const pollMs = 250

/** Starts the reproduction and follows it to its end. Resolves with the exit code. */
export async function reproduceAndWait(transport: Transport, options: ReproduceOptions): Promise<number> {
  const { version, terminal, signal, isJson } = options
  // The key makes a request that is repeated after a lost answer start one run.
  const { id } = await transport.call<Reproduction>(start, { version, key: randomUUID() }, { signal })
  const tolerance = options.tolerance === undefined ? {} : { tolerance: options.tolerance }
  try {
    for (;;) {
      const found = await transport.call<Reproduction>(get, { id, ...tolerance }, { signal })
      if (terminal.isInteractive && !isJson)
        terminal.note(`\r\u001b[K${found.endedAt === undefined ? progress(found) : ''}`)
      if (found.endedAt !== undefined) {
        const text = isJson ? JSON.stringify(found, null, 2) : await options.render('models.reproductions.get', found)
        terminal.write(`${text}\n`)
        return found.state === 'identical' || found.state === 'equivalent' ? 0 : 1
      }
      await sleep(pollMs, undefined, { signal })
    }
  } catch (error) {
    if (signal.aborted)
      terminal.note(`\nNot waited for any longer; the run goes on. slipway models reproductions get ${id}\n`)
    throw error
  }
}

function progress({ version, steps }: Reproduction): string {
  const done = steps.filter((step) => step.state === 'succeeded').length
  const running = steps.filter((step) => step.state === 'running').map((step) => step.name)
  return `${version}: ${done} of ${steps.length} steps${running.length === 0 ? '' : `, ${running.join(', ')} running`}`
}
