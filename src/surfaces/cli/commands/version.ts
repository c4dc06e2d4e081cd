import { defineCommand } from '../command.ts'

/** `slipway version`: this program, and the server when one answers. */
export const version = defineCommand({
  words: ['version'],
  summary: 'Show the version of this program and of the server.',
  examples: ['slipway version'],
  run: async ({ terminal, transport, isJson, signal, program: { version: own } }) => {
    const server = await (await transport())
      .raw('GET', '/version', { signal: AbortSignal.any([signal, AbortSignal.timeout(1000)]) })
      .then((response) => response.json() as Promise<{ version?: string }>)
      .catch(() => undefined)
    if (isJson) terminal.write(`${JSON.stringify({ version: own, server: server?.version ?? null })}\n`)
    else terminal.write(`slipway ${own}\nserver  ${server?.version ?? 'none answers'}\n`)
    return 0
  },
})
