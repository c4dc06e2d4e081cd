import { createServer } from 'node:net'
import { type Check, type Finding, ok } from './check.ts'

export const port: Check = {
  name: 'port',
  run: async ({ config }) => {
    const place = `${config.host}:${config.port}`
    const problem = await bindProblem(config.host, config.port)
    if (problem === undefined) return ok(`${place} is free`)
    if (problem !== 'EADDRINUSE')
      return {
        state: 'failed',
        detail: `${place} cannot be used: ${problem}`,
        advice: 'Choose another --host or --port.',
      }
    return askWho(place)
  },
}

/** Who has the port: a Slipway server that is well is no problem. */
async function askWho(place: string): Promise<Finding> {
  const version = await fetch(`http://${place}/version`, { signal: AbortSignal.timeout(1000) })
    .then((answer) => answer.json() as Promise<{ name?: string; version?: string }>)
    .catch(() => undefined)
  if (version?.name === 'slipway') return ok(`${place} is served by Slipway ${version.version}`)
  return {
    state: 'failed',
    detail: `${place} is used by another program`,
    advice: 'Stop it, or choose another --port.',
  }
}

function bindProblem(host: string, number: number): Promise<string | undefined> {
  return new Promise((done) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message))
    server.listen({ host, port: number, exclusive: true }, () => server.close(() => done(undefined)))
  })
}
