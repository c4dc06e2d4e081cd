import { setTimeout as sleep } from 'node:timers/promises'
import { errorKinds } from '../../../kernel/errors.ts'
import type { Transport } from '../../../sdk/index.ts'
import type { CommandContext } from '../command.ts'

/** Work that the server goes on with by itself: a replay, a batch. */
export interface LongWork {
  readonly id: string
  readonly state: string
  readonly rowCount: number
  readonly doneCount: number
  readonly problem?: string | undefined
}

export interface LongWorkKind<Work extends LongWork> {
  readonly start: { readonly method: 'POST'; readonly path: string }
  /** With `{id}`. */
  readonly get: { readonly method: 'GET'; readonly path: string }
  /** The command that shows it. */
  readonly show: string
  /** What it is and does: `replay of version 3 on iris`. */
  readonly name: (work: Work) => string
  /** What it found, once it has finished. */
  readonly found: (work: Work) => string
}

const pollMs = 250

/** Starts it and, unless told to detach, follows it to its end. Resolves with the exit code. */
export async function startAndFollow<Work extends LongWork>(
  context: CommandContext,
  kind: LongWorkKind<Work>,
): Promise<number> {
  const { detach, ...input } = context.input
  const transport = await context.transport()
  const started = await transport.call<Work>(kind.start, input, { signal: context.signal })
  const work = detach === true ? started : await follow(transport, context, { kind, started })
  if (context.isJson) context.terminal.write(`${JSON.stringify(work, null, 2)}\n`)
  else context.terminal.write(`${sentence(kind, work)}\n`)
  return detach === true || work.state === 'finished' ? 0 : errorKinds.conflict.exit
}

async function follow<Work extends LongWork>(
  transport: Transport,
  { terminal, signal, isJson }: CommandContext,
  { kind, started }: { kind: LongWorkKind<Work>; started: Work },
): Promise<Work> {
  const isShown = terminal.isInteractive && !isJson
  try {
    for (let work = started; ; work = await transport.call<Work>(kind.get, { id: started.id }, { signal })) {
      if (work.state !== 'running') return work
      if (isShown) terminal.note(`\r\u001b[K${kind.name(work)}: ${work.doneCount} of ${work.rowCount} rows`)
      await sleep(pollMs, undefined, { signal })
    }
  } catch (error) {
    if (signal.aborted) terminal.note(`\nNot waited for any longer; the server goes on. ${kind.show} ${started.id}\n`)
    throw error
  } finally {
    if (isShown) terminal.note('\r\u001b[K')
  }
}

function sentence<Work extends LongWork>(kind: LongWorkKind<Work>, work: Work): string {
  const more = `${kind.show} ${work.id}`
  if (work.state === 'finished') return `${kind.name(work)}: ${kind.found(work)}\n${more}`
  const why = work.problem === undefined ? '' : `: ${work.problem}`
  return `${kind.name(work)} is ${work.state} after ${work.doneCount} of ${work.rowCount} rows${why}\n${more}`
}
