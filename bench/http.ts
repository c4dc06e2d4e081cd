/**
 * What the HTTP surface costs over the router under it: one small GET through a whole operation (host and origin guard,
 * token check, zod, problem documents) and through a raw route, against the same answer from bare Fastify and bare node:http.
 *
 *   node bench/http.ts [--smoke]
 *
 * Servers and client share one process and one thread, so the figures compare with each other and with nothing else.
 */
import { Agent, createServer, request, type Server } from 'node:http'
import Fastify from 'fastify'
import { z } from 'zod'
import { createIds } from '../src/kernel/ids.ts'
import { operation } from '../src/kernel/operation.ts'
import { accessRules, createAccess } from '../src/platform/auth/index.ts'
import { createLog, systemClock } from '../src/platform/runtime/index.ts'
import { bindOperations, createHttp } from '../src/surfaces/http/index.ts'

const isSmoke = process.argv.includes('--smoke')
const rounds = isSmoke ? 1 : 7
const roundMs = isSmoke ? 150 : 1_000
const connections = 16
const boat = { name: 'Fram', tons: 402, crew: ['Nansen', 'Sverdrup'] }

const Boat = z.object({ name: z.string(), tons: z.number(), crew: z.array(z.string()) })
const getBoat = operation({
  name: 'boats.get',
  http: 'GET /v1/boats/{name}',
  summary: 'One boat.',
  input: z.object({ name: z.string(), deep: z.boolean().default(false) }),
  output: Boat,
  allow: 'boats:read',
  run: () => boat,
})

async function slipway(): Promise<number> {
  const rules = accessRules({ host: '127.0.0.1', allowedHosts: [], token: 'a token for the bench' })
  const http = await createHttp({
    operations: bindOperations('boats', [getBoat], {}),
    routes: [
      {
        method: 'GET',
        path: '/raw/{name}',
        summary: 'Raw.',
        body: 'none',
        allow: 'boats:read',
        run: () => ({ body: boat }),
      },
    ],
    lifecycle: { state: () => 'ready', version: {} },
    access: createAccess(rules),
    log: createLog('silent'),
    ids: createIds(systemClock.now),
    bodyLimitBytes: 1_000_000,
    uiDir: 'none',
  })
  return (await http.listen({ host: '127.0.0.1', port: 0 })).port
}

async function fastify(): Promise<number> {
  const app = Fastify()
  app.get('/v1/boats/:name', async () => boat)
  await app.listen({ host: '127.0.0.1', port: 0 })
  return portOf(app.server)
}

async function bare(): Promise<number> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(boat))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return portOf(server)
}

function portOf(server: Server): number {
  const address = server.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}

/** Requests per second over keep-alive connections, one after the other on each. */
async function measure(port: number, path: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const headers = { authorization: 'Bearer a token for the bench' }
  const end = performance.now() + roundMs
  let count = 0
  const one = () =>
    new Promise<void>((done, fail) => {
      const sent = request({ port, path, agent, headers }, (answer) => {
        if (answer.statusCode !== 200) fail(new Error(`${path} answered ${answer.statusCode}`))
        answer.on('end', done).resume()
      })
      sent.on('error', fail).end()
    })
  const worker = async () => {
    for (; performance.now() < end; count++) await one()
  }
  await Promise.all(Array.from({ length: connections }, worker))
  agent.destroy()
  return (count * 1_000) / roundMs
}

const [ours, theirs, floor] = [await slipway(), await fastify(), await bare()]
const candidates = {
  'node:http, bare': () => measure(floor, '/'),
  'Fastify, bare': () => measure(theirs, '/v1/boats/Fram'),
  'Slipway, raw route': () => measure(ours, '/raw/Fram'),
  'Slipway, operation': () => measure(ours, '/v1/boats/Fram?deep=true'),
}
const results = new Map<string, number[]>(Object.keys(candidates).map((name) => [name, []]))
for (const run of Object.values(candidates)) await run()
for (let round = 0; round < rounds; round++) {
  for (const [name, run] of Object.entries(candidates)) results.get(name)?.push(await run())
}
const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const reference = median(results.get('Fastify, bare') ?? [])
for (const [name, values] of results) {
  const rate = median(values)
  console.log(
    `${name.padEnd(20)} ${Math.round(rate).toString().padStart(7)} requests/s  ${(rate / reference).toFixed(2)} of Fastify`,
  )
}
process.exit(0)
