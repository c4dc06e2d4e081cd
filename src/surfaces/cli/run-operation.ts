import type { CallOptions, Page, Transport } from '../../sdk/index.ts'
import type { ManifestOperation } from './manifest.ts'
import { listIn, renderOutput } from './render/output.ts'
import type { Terminal } from './terminal.ts'

export interface OperationRun {
  readonly operation: ManifestOperation
  readonly input: Readonly<Record<string, unknown>>
  readonly transport: Transport
  readonly terminal: Terminal
  readonly isJson: boolean
  readonly isAll: boolean
  readonly signal: AbortSignal
  /** The operation's own text form; loads the operation, so it is asked only when there is one. */
  readonly render: (name: string, output: unknown) => Promise<string>
  readonly now: () => number
}

/** Calls the operation and prints what it answers. */
export async function runOperation(run: OperationRun): Promise<void> {
  const { operation, terminal } = run
  const output = run.isAll
    ? await fetchAll(run)
    : await run.transport.call(operation, run.input, { signal: run.signal })
  if (run.isJson) return terminal.write(`${JSON.stringify(output, null, 2)}\n`)
  if (operation.hasRender === true) {
    const text = await run.render(operation.name, output)
    return terminal.write(text.endsWith('\n') ? text : `${text}\n`)
  }
  const text = renderOutput(output, terminal, run.now())
  terminal.write(text)
  const answer = output as { readonly nextCursor?: string }
  if (answer.nextCursor !== undefined) terminal.note(`More with --all, or --cursor ${answer.nextCursor}\n`)
  else if (text === '') terminal.note(listIn(answer) === undefined ? 'Done.\n' : 'Nothing there.\n')
}

async function fetchAll({ operation, input, transport, signal }: OperationRun): Promise<Page<unknown>> {
  const options: CallOptions = { signal }
  const items: unknown[] = []
  // The largest page: fewer round trips.
  let page = await transport.call<Page<unknown>>(operation, { limit: 1000, ...input }, options)
  items.push(...page.items)
  while (page.nextCursor !== undefined) {
    page = await transport.call<Page<unknown>>(operation, { limit: 1000, ...input, cursor: page.nextCursor }, options)
    items.push(...page.items)
  }
  return { items }
}
