import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Operation } from '../../kernel/operation.ts'
import { encodeCursor } from '../../kernel/paging.ts'
import { boats, operations, start } from '../../testing/boats-server.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { testTerminal } from '../../testing/terminal.ts'
import { describe as describeOperations, nameSchemas } from '../describe/index.ts'
import { type CliOptions, runCli } from './cli.ts'
import { manifestOf } from './manifest-of.ts'

const manifest = manifestOf(
  describeOperations({
    operations: operations.map((operation) => ({ module: 'boats', operation: operation as Operation })),
    routes: [],
    names: nameSchemas([]),
  }),
)

/** Runs one command line; what it wrote comes back. */
async function slipway(
  line: readonly string[],
  overrides: Partial<CliOptions> & { input?: string; columns?: number } = {},
) {
  const { input = '', columns, ...options } = overrides
  const terminal = testTerminal({ input, isInteractive: columns !== undefined, columns: columns ?? 80 })
  const code = await runCli({
    words: line,
    manifest,
    commands: [],
    terminal,
    environment: {},
    signal: new AbortController().signal,
    version: '1.2.3',
    render: async () => '',
    now: () => 1_800_000_000_000,
    ...options,
  })
  return { code, out: terminal.out(), notes: terminal.notes() }
}

async function served(token?: string) {
  const http = await start(token === undefined ? {} : { token })
  const { port } = await http.listen({ host: '127.0.0.1', port: 0 })
  return { environment: { SLIPWAY_URL: `http://127.0.0.1:${port}` } }
}

describe('a command', () => {
  it('takes path parameters by position and other fields as flags', async () => {
    const server = await served()
    const crew = '[{"name":"Ann","age":30}]'
    const created = await slipway(['boats', 'create', 'Fram', '--tons', '2.5', '--crew', crew], server)
    expect(created).toEqual({ code: 0, notes: '', out: 'name  Fram\ntons  2.5\n\ncrew\nname  age\nAnn    30\n' })
    const read = await slipway(['boats', 'get', 'Fram', '--json'], server)
    expect(JSON.parse(read.out)).toEqual({ name: 'Fram', tons: 2.5, crew: [{ name: 'Ann', age: 30 }] })
  })

  it('reads a value from a file and from standard input', async () => {
    const server = await served()
    const file = join(await temporaryFolder(), 'crew.json')
    await writeFile(file, '[{"name":"Bo"}]')
    expect((await slipway(['boats', 'create', 'A', '--tons=1', '--crew', `@${file}`], server)).code).toBe(0)
    expect(
      (await slipway(['boats', 'create', 'B', '--tons=-1', '--crew', '@-'], { ...server, input: '[]' })).code,
    ).toBe(0)
    expect([boats.get('A')?.crew, boats.get('B')?.tons]).toEqual([[{ name: 'Bo' }], -1])
    const missing = await slipway(['boats', 'create', 'C', '--tons', '1', '--crew', '@/none.json'], server)
    expect(missing).toMatchObject({ code: 2, notes: expect.stringContaining('/none.json cannot be read') })
  })

  it('repeats a flag for a list, and reads booleans, their negation and numbers', async () => {
    const server = await served()
    const line = ['boats', 'list', '--flags', 'no', '--flags', 'nl', '--afloat', '--min-tons', '3', '--json']
    const { out } = await slipway(line, server)
    expect(JSON.parse(out).seen).toEqual({ flags: ['no', 'nl'], afloat: true, minTons: 3, limit: 50 })
    const negated = await slipway(['boats', 'list', '--no-afloat', '--json'], server)
    expect(JSON.parse(negated.out).seen.afloat).toBe(false)
  })

  it('shows a page and how to go on, or all pages', async () => {
    const server = await served()
    const page = await slipway(['boats', 'numbers', '--limit', '2'], server)
    expect(page.out).toBe('number\n     1\n     2\n')
    const cursor = /--cursor (\S+)/.exec(page.notes)?.[1] ?? ''
    expect((await slipway(['boats', 'numbers', '--limit', '1', '--cursor', cursor], server)).out).toBe(
      'number\n     3\n',
    )
    const all = await slipway(['boats', 'numbers', '--all', '--json'], server)
    const { items, ...rest } = JSON.parse(all.out)
    expect(items.map((item: { number: number }) => item.number)).toEqual(Array.from({ length: 25 }, (_, i) => i + 1))
    expect(rest).toEqual({})
  })

  it('says whether there was nothing to show or something to do', async () => {
    const server = await served()
    expect(await slipway(['boats', 'scuttle', 'Vasa'], server)).toMatchObject({ code: 0, out: '', notes: 'Done.\n' })
    const none = await slipway(['boats', 'numbers', '--cursor', encodeCursor([99])], server)
    expect(none).toMatchObject({ code: 0, out: '', notes: 'Nothing there.\n' })
  })

  it('sends the token of the environment', async () => {
    const server = await served('correct horse')
    expect(await slipway(['boats', 'list'], server)).toMatchObject({ code: 4, out: '' })
    const environment = { ...server.environment, SLIPWAY_TOKEN: 'correct horse' }
    expect((await slipway(['boats', 'list'], { environment })).code).toBe(0)
  })

  it('ends with 130 when it was interrupted', async () => {
    const { environment } = await served()
    const interrupted = AbortSignal.abort()
    expect((await slipway(['boats', 'list'], { environment, signal: interrupted })).code).toBe(130)
  })
})

const mistakes: [what: string, line: string[], code: number, says: RegExp][] = [
  ['an unknown command', ['boat', 'list'], 2, /no command "boat".*Did you mean "slipway boats"/s],
  ['an unknown verb', ['boats', 'lst'], 2, /no command "boats lst".*Did you mean "slipway boats list"/s],
  ['a command that is like no other', ['frobnicate'], 2, /slipway --help/],
  ['an unknown flag', ['boats', 'list', '--mintons', '3'], 2, /no flag --mintons.*Did you mean --min-tons/s],
  ['a flag without its value', ['boats', 'list', '--min-tons'], 2, /--min-tons needs a value/],
  ['a flag followed by another', ['boats', 'list', '--min-tons', '--json'], 2, /--min-tons needs a value/],
  ['text for a number', ['boats', 'list', '--min-tons', 'many'], 2, /--min-tons many: must be a number/],
  ['a value for a switch', ['boats', 'list', '--afloat=maybe'], 2, /must be true or false/],
  ['a flag given twice', ['boats', 'list', '--min-tons', '1', '--min-tons', '2'], 2, /more than once/],
  ['broken JSON', ['boats', 'create', 'X', '--tons', '1', '--crew', '{"a":'], 2, /--crew \{"a":: is not JSON/],
  ['a missing argument', ['boats', 'get'], 2, /slipway boats get needs <name>/],
  ['a missing flag', ['boats', 'create', 'X', '--tons', '1'], 2, /needs <--crew>/],
  ['an argument too many', ['boats', 'get', 'X', 'Y'], 2, /no argument "Y"/],
  ['what the server does not find', ['boats', 'get', 'Nemo'], 3, /There is no boat Nemo\.\n {2}slipway boats list/],
  [
    'what the server refuses',
    ['boats', 'create', 'X', '--tons', '1', '--crew', '[{"nam":"A"}]'],
    2,
    /crew\[0\]\.nam: .*did you mean name/,
  ],
  ['a server that does not answer', ['boats', 'list', '--url', 'http://127.0.0.1:9'], 6, /slipway serve/],
]

describe('a mistake', () => {
  it.each(mistakes)('%s is named, with the next step and the right exit code', async (_what, line, code, says) => {
    const { environment } = await served()
    const result = await slipway(line, { environment })
    expect(result.notes).toMatch(says)
    expect(result).toMatchObject({ code, out: '' })
  })

  it('is JSON on standard error for programs', async () => {
    const { notes, code } = await slipway(['boats', 'get', 'Nemo', '--json'], await served())
    expect(code).toBe(3)
    expect(JSON.parse(notes)).toMatchObject({ code: 'boat_not_found', detail: 'There is no boat Nemo.' })
  })
})

describe('help', () => {
  it('shows what there is, from the top', async () => {
    const { out, code } = await slipway([])
    expect(code).toBe(0)
    expect(out).toMatch(/^ {2}boats +create, get, list, numbers, leak, scuttle, sink$/m)
    expect((await slipway(['boats', '--help'])).out).toContain('  create   Launch a boat.\n')
    expect((await slipway(['help', 'boats'])).out).toBe((await slipway(['boats'])).out)
  })

  it('of a command says how to call it', async () => {
    expect((await slipway(['boats', 'create', '--help'])).out).toBe(
      `Launch a boat.

Usage: slipway boats create <name> --tons <number> --crew <json|@file>... [flags]

Arguments
  name  Required.

Flags
  --tons <number>         Required.
  --crew <json|@file>...  Required.

Flags of every command
  --json        Print the answer as JSON.
  --url <text>  The server; default $SLIPWAY_URL, else http://127.0.0.1:5000.
  --help        Show this help.
`,
    )
  })
})
