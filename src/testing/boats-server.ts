/** A small server for the tests of this surface: operations about boats and one raw route of each kind. */
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach } from 'vitest'
import { z } from 'zod'
import { defineErrors, type Joined } from '../kernel/errors.ts'
import { createIds } from '../kernel/ids.ts'
import { operation } from '../kernel/operation.ts'
import { decodeCursor, pageOf, pageQuery, toPage } from '../kernel/paging.ts'
import type { RawRoute } from '../kernel/route.ts'
import { accessRules, createAccess } from '../platform/auth/index.ts'
import { createLog } from '../platform/runtime/index.ts'
import { bindOperations } from '../surfaces/http/bound-operation.ts'
import { createHttp, type HttpOptions } from '../surfaces/http/http.ts'
import type { LifecycleState } from '../surfaces/http/lifecycle.ts'
import type { Http } from '../surfaces/http/listener.ts'
import { type Asked, ask } from './http-client.ts'

const errors = defineErrors({ boat_not_found: ['not_found', 'There is no boat {name}.', 'slipway boats list'] })
declare module '../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof errors> {}
}

const Boat = z.object({
  name: z.string(),
  tons: z.number(),
  crew: z.array(z.object({ name: z.string(), age: z.int().optional() })),
})
export const boats = new Map<string, z.infer<typeof Boat>>()

export const operations = [
  operation({
    name: 'boats.create',
    http: 'POST /v1/boats/{name}',
    summary: 'Launch a boat.',
    input: Boat,
    output: Boat,
    allow: 'boats:write',
    status: 201,
    run: (_: object, input) => {
      boats.set(input.name, input)
      return input
    },
  }),
  operation({
    name: 'boats.get',
    http: 'GET /v1/boats/{name}',
    summary: 'One boat.',
    input: z.object({ name: z.string() }),
    output: Boat,
    errors: ['boat_not_found'],
    allow: 'boats:read',
    run: (_: object, { name }) => {
      const boat = boats.get(name)
      if (boat === undefined) throw errors.boat_not_found({ name })
      return boat
    },
  }),
  operation({
    name: 'boats.list',
    http: 'GET /v1/boats',
    summary: 'Boats.',
    input: z.object({
      ...pageQuery,
      minTons: z.number().optional(),
      afloat: z.boolean().default(false),
      flags: z.array(z.string()).default([]),
    }),
    output: z.object({ seen: z.unknown() }),
    allow: 'boats:read',
    run: (_: object, input) => ({ seen: input }),
  }),
  operation({
    name: 'boats.numbers',
    http: 'GET /v1/numbers',
    summary: 'The numbers from 1 to 25, in pages.',
    input: z.object(pageQuery),
    output: pageOf(z.object({ number: z.int() })),
    allow: 'boats:read',
    run: (_: object, { limit, cursor }) => {
      const [first = 0] = (decodeCursor(cursor, 1) ?? [0]) as number[]
      const rest = Array.from({ length: 25 - first }, (_value, index) => ({ number: first + index + 1 }))
      return toPage(rest, Math.min(limit, 10), (row) => [row.number])
    },
  }),
  operation({
    name: 'boats.leak',
    http: 'GET /v1/leak',
    summary: 'Answers a field, or of a boat an error, that it did not declare.',
    input: z.object({ name: z.string().optional() }),
    output: z.object({ declared: z.number() }),
    allow: 'boats:read',
    run: (_: object, { name }) => {
      if (name !== undefined) throw errors.boat_not_found({ name })
      return { declared: 1, leaked: 2 }
    },
  }),
  operation({
    name: 'boats.scuttle',
    http: 'POST /v1/boats/{name}/scuttle',
    summary: 'Give a boat up.',
    input: z.object({ name: z.string() }),
    output: z.object({}),
    allow: 'boats:write',
    run: (_: object, { name }) => {
      boats.delete(name)
      return {}
    },
  }),
  operation({
    name: 'boats.sink',
    http: 'POST /v1/sink',
    summary: 'Fails in an unforeseen way.',
    input: z.object({}),
    output: z.object({}),
    allow: 'boats:write',
    run: () => {
      throw new TypeError('hull is undefined')
    },
  }),
]

export const aborted: string[] = []
export const routes: RawRoute[] = [
  {
    method: 'GET',
    path: '/files/{path*}',
    summary: 'Echoes its path.',
    body: 'none',
    allow: 'files:read',
    run: ({ params, query }) => ({ body: { params, query: Object.fromEntries(query) } }),
  },
  {
    method: 'POST',
    path: '/models/{model}:predict',
    summary: 'Echoes bytes.',
    body: 'bytes',
    limitBytes: 1000,
    allow: 'models:read',
    run: ({ params, bytes }) => ({ status: 202, headers: { 'x-model': params.model ?? '' }, body: bytes }),
  },
  {
    method: 'PUT',
    path: '/streams',
    summary: 'Counts bytes.',
    body: 'stream',
    limitBytes: 100_000,
    allow: 'files:write',
    run: async ({ stream }) => ({ body: { sizeBytes: (await text(stream)).length } }),
  },
  {
    method: 'GET',
    path: '/slow',
    summary: 'Waits for its caller to leave.',
    body: 'none',
    allow: 'files:read',
    run: ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          aborted.push(String(signal.reason.message))
          resolve({ body: 'late' })
        })
      }),
  },
  {
    method: 'GET',
    path: '/blob',
    summary: 'A stream.',
    body: 'none',
    allow: 'files:read',
    run: () => ({
      headers: { 'content-type': 'application/octet-stream', 'content-length': '3' },
      body: Readable.from(['abc']),
    }),
  },
]

const open: Http[] = []
afterEach(async () => {
  for (const http of open.splice(0)) await http.close(100)
})

/** A server of boats, closed after the test. */
export async function start(
  overrides: Partial<HttpOptions> & { token?: string; state?: LifecycleState; host?: string } = {},
) {
  const { token, state = 'ready', host = '127.0.0.1', ...rest } = overrides
  const http = await createHttp({
    operations: bindOperations('boats', operations, {}),
    routes,
    lifecycle: { state: () => state, version: { name: 'slipway', version: '1.2.3' } },
    access: createAccess(accessRules({ host, allowedHosts: ['ship.example'], token })),
    log: createLog('silent'),
    ids: createIds(() => Date.now()),
    bodyLimitBytes: 2000,
    uiDir: '/nonexistent',
    checkOutput: true,
    ...rest,
  })
  open.push(http)
  let port: Promise<number> | undefined
  return {
    ...http,
    /** Sends one request; the first opens a port for all. */
    ask: async (asked: Asked | string) => {
      port ??= http.listen({ host: '127.0.0.1', port: 0 }).then((way) => way.port)
      return ask(await port, asked)
    },
  }
}
