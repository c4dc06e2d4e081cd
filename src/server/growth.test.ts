import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { defineErrors } from '../kernel/errors.ts'
import { defineEvent } from '../kernel/event.ts'
import { type NodeKind, tellsLineage } from '../kernel/lineage.ts'
import { createTable } from '../kernel/migration.ts'
import { operation } from '../kernel/operation.ts'
import { defineSection } from '../kernel/resource.ts'
import { lineage } from '../modules/lineage/index.ts'
import { projects } from '../modules/projects/index.ts'
import { defineModule, type PlatformModule } from '../platform/platform.ts'
import { grpcCall, grpcFrame } from '../testing/grpc-calls.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'

/** A capability that nothing in the sources knows: harbors along a coast. */
interface Harbors {
  find(name: string): Promise<Harbor | undefined>
  apply(harbor: Harbor): Promise<Harbor>
}
type Harbor = { name: string; depth: number; near: string | null }

const harborApplied = defineEvent(
  'harbors.harbor.applied',
  'A harbor is as it was asked for.',
  z.object({ name: z.string(), depth: z.number(), near: z.string().nullable() }),
  { sentence: 'Harbor {name} is {depth} m deep' },
)
const harborErrors = defineErrors({ harbor_not_found: ['not_found', 'There is no harbor {name}.'] })
const harborNode: NodeKind = { kind: 'harbor', title: 'harbor' }
const find = async (harbors: Harbors, name: string) => {
  const harbor = await harbors.find(name)
  if (harbor === undefined) throw harborErrors.harbor_not_found({ name })
  return harbor
}

const harbors = defineModule({
  name: 'harbors',
  needs: {},
  config: {},
  migrations: [
    {
      name: 'harbors/001_harbors',
      changes: [
        createTable('harbors_harbor', {
          columns: { name: 'text', depth: 'int', near: 'text?' },
          primaryKey: ['name'],
        }),
      ],
    },
  ],
  events: [harborApplied],
  operations: [
    operation({
      name: 'harbors.get',
      http: 'GET /v1/harbors/{name}',
      summary: 'One harbor.',
      input: z.object({ name: z.string() }),
      output: z.object({ name: z.string(), depth: z.number(), near: z.string().nullable() }),
      allow: 'harbors:read',
      run: (door: Harbors, { name }) => find(door, name),
    }),
  ],
  create: ({ platform }) => {
    const db = platform.db.typed<{ harbors_harbor: Harbor }>()
    const door: Harbors = {
      find: (name) => db.read.selectFrom('harbors_harbor').selectAll().where('name', '=', name).executeTakeFirst(),
      apply: (harbor) =>
        db.transaction(async (tx) => {
          const { name, ...changes } = harbor
          await tx.query
            .insertInto('harbors_harbor')
            .values(harbor)
            .onConflict((conflict) => conflict.column('name').doUpdateSet(changes))
            .execute()
          await platform.events.emit(tx, harborApplied, name, harbor)
          return harbor
        }),
    }
    return { door }
  },
  grpc: ({ door }) => [
    {
      name: 'coast.Harbors',
      allow: 'harbors:read',
      methods: {
        Depth: {
          kind: 'unary',
          run: async (name) => ({ frame: grpcFrame(`${(await find(door, String(name))).depth} m`) }),
        },
      },
    },
  ],
  declares: {
    resources: [
      {
        noun: 'harbor',
        find,
        section: defineSection({
          key: 'harbors',
          schema: z.strictObject({ depth: z.number().int().positive(), near: z.string().optional() }),
          refersTo: ['harbor'],
          references: ({ near }) => (near === undefined ? [] : [{ path: ['near'], noun: 'harbor', name: near }]),
          apply: (door: Harbors, { name, entry }) => door.apply({ name, depth: entry.depth, near: entry.near ?? null }),
          decides: ['depth', 'near'],
        }),
      },
    ],
    lineage: {
      kinds: [harborNode],
      events: [
        tellsLineage(harborApplied, (graph, { name, depth, near }) =>
          graph
            .node(harborNode, `harbor:${name}`, name, { depth })
            .edge(near === null ? undefined : `harbor:${near}`, 'led', `harbor:${name}`),
        ),
      ],
      resolve: async (door: Harbors, ref) => ((await door.find(ref)) === undefined ? undefined : `harbor:${ref}`),
    },
  },
})

let app: TestApp
beforeAll(async () => {
  app = await testApp({ modules: [projects, lineage, harbors] })
})
afterAll(() => app.dispose())

const apply = (text: string) => app.request('POST', '/v1/projects', { text })

it('applies the section of a module that it has never heard of', async () => {
  const text = ['project: coast', 'harbors:', '  north: { depth: 9 }', '  south: { depth: 4, near: north }'].join('\n')
  const change = (name: string, change: string) => ({ section: 'harbors', name, change })
  expect((await apply(text)).body.changes).toEqual([change('north', 'created'), change('south', 'created')])
  expect((await app.request('GET', '/v1/harbors/south')).body).toEqual({ name: 'south', depth: 4, near: 'north' })
  expect((await apply(text.replace('depth: 4', 'depth: 5'))).body.changes).toEqual([
    change('north', 'unchanged'),
    { ...change('south', 'changed'), detail: 'depth' },
  ])
})

it('reports what is wrong in it with lines and the nearest names', async () => {
  const check = async (text: string) => (await app.request('POST', '/v1/projects/check', { text })).body.problems
  expect(await check('project: coast\nharbor:\n  north: { depth: 9 }')).toMatchObject([
    { line: 2, path: 'harbor', message: 'is not known; did you mean harbors?' },
  ])
  expect(await check('project: coast\nharbors:\n  east: { depth: 9 }\n  west: { depth: 1, near: esat }')).toMatchObject(
    [
      {
        line: 4,
        path: 'harbors.west.near',
        message: 'there is no harbor esat: it is not in harbors, and the server has none; did you mean east?',
      },
    ],
  )
})

it('draws what its events tell, and finds it by the names that it resolves', async () => {
  await app.settled()
  const { body } = await app.request('GET', '/v1/lineage/trace?id=south')
  expect(body.root).toBe('harbor:south')
  expect(body.nodes.map((node: { kind: string; label: string }) => [node.kind, node.label]).sort()).toEqual([
    ['harbor', 'north'],
    ['harbor', 'south'],
  ])
  expect(body.edges).toEqual([{ from: 'harbor:north', to: 'harbor:south', relation: 'led' }])
})

it('answers its gRPC service on the port of everything else, errors in the form of gRPC', async () => {
  const session = connect(app.url)
  const depthOf = (name: string) => grpcCall(session, '/coast.Harbors/Depth', { texts: [name] })
  expect(await depthOf('north')).toMatchObject({ status: '0', messages: ['9 m'] })
  expect(await depthOf('east')).toMatchObject({ status: '5', message: 'There is no harbor east.' })
  session.destroy()
})

it('does not start when sections refer to each other in a circle, or to what nobody declares', async () => {
  const module = (noun: string, refersTo: readonly string[]) =>
    defineModule({
      name: `${noun}s`,
      needs: {},
      config: {},
      migrations: [],
      events: [],
      operations: [],
      create: () => ({ door: {} }),
      declares: {
        resources: [
          {
            noun,
            find: async () => ({}),
            section: { key: `${noun}s`, schema: z.strictObject({}), refersTo, apply: async () => ({}), decides: [] },
          },
        ],
      },
    })
  const dataDir = await mkdtemp(join(tmpdir(), 'slipway-circle-'))
  const start = (...modules: PlatformModule[]) => testApp({ modules: [projects, ...modules], dataDir })
  await expect(start(module('ship', ['crew']), module('crew', ['ship']))).rejects.toThrow(
    'sections refer to each other: ships -> crews -> ships',
  )
  await expect(start(module('ship', ['crew']))).rejects.toThrow(
    'section ships refers to the noun crew, which nobody declares',
  )
  await rm(dataDir, { recursive: true })
})
