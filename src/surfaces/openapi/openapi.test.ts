import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { operation } from '../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../kernel/paging.ts'
import type { RawRoute } from '../../kernel/route.ts'
import { descriptionRoutes } from './description-routes.ts'
import type { OpenApiDocument } from './openapi.ts'

const Hull = z.object({ id: z.string(), tons: z.number().default(1), notes: z.json() }).describe('What floats.')
const Fleet = z.object({ hulls: z.array(Hull), kind: z.enum(['fishing', 'ferry']) })

const operations = [
  operation({
    name: 'fleets.create',
    http: 'POST /v1/fleets/{name}',
    summary: 'Found a fleet of `hulls` & <more>.',
    input: z.object({ name: z.string(), fleet: Fleet, isReady: z.boolean().optional() }),
    output: Fleet,
    errors: ['body_too_large'],
    allow: 'fleets:write',
    status: 201,
    cli: { examples: ['slipway fleets create north --fleet @fleet.json'] },
    run: (_: object, { fleet }) => fleet,
  }),
  operation({
    name: 'fleets.list',
    http: 'GET /v1/fleets',
    summary: 'Fleets.',
    input: z.object({ ...pageQuery, kinds: z.array(z.string()).optional() }),
    output: pageOf(Fleet),
    allow: 'fleets:read',
    run: () => ({ items: [] }),
  }),
]
const routes: RawRoute[] = [
  {
    method: 'PUT',
    path: '/cargo/{hold}/{path*}',
    summary: 'Load.',
    body: 'stream',
    allow: 'cargo:write',
    run: () => ({}),
  },
]

const mounted = descriptionRoutes({
  modules: [{ name: 'fleets', operations }],
  routes,
  version: '1.2.3',
  doors: [{ name: 'fleets', exports: { Hull, Fleet } }],
})

async function answerOf(path: string): Promise<string> {
  const route = mounted.find((each) => each.path === path)
  const response = await route?.run({} as never)
  return String(response?.body)
}

describe('/openapi.json', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator()
    const result = await validator.validate(JSON.parse(await answerOf('/openapi.json')))
    expect(result.errors ?? []).toEqual([])
    expect(validator.version).toBe('3.1')
  })

  it('names shared shapes, and gives a second name to what is sent when it differs', async () => {
    const { components, paths } = JSON.parse(await answerOf('/openapi.json')) as OpenApiDocument
    const schemas = components.schemas as Record<string, { required?: string[]; description?: string }>
    expect(Object.keys(schemas)).toEqual(['Fleet', 'FleetInput', 'Hull', 'HullInput', 'Problem'])
    expect(schemas.Hull).toMatchObject({ required: ['id', 'tons', 'notes'], description: 'What floats.' })
    expect(schemas.HullInput?.required).toEqual(['id', 'notes'])
    const create = paths['/v1/fleets/{name}']?.post
    expect(create).toMatchObject({
      operationId: 'fleets.create',
      parameters: [{ name: 'name', in: 'path', required: true }],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              required: ['fleet'],
              properties: { fleet: { $ref: '#/components/schemas/FleetInput' } },
            },
          },
        },
      },
      responses: { 201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Fleet' } } } } },
    })
    expect(Object.keys(create?.responses as object)).toEqual(['201', '400', '401', '413', '500', '503'])
  })

  it('lists raw routes and the queries of lists', async () => {
    const { paths } = JSON.parse(await answerOf('/openapi.json')) as OpenApiDocument
    expect(Object.keys(paths)).toEqual([
      '/cargo/{hold}/{path}',
      '/openapi.json',
      '/docs',
      '/v1/fleets/{name}',
      '/v1/fleets',
    ])
    const parameters = paths['/v1/fleets']?.get?.parameters as { name: string }[] | undefined
    const names = parameters?.map((each) => each.name)
    expect(names).toEqual(['limit', 'cursor', 'kinds'])
  })
})

describe('/docs', () => {
  it('shows every operation with an anchor and the three ways to call it, and loads nothing else', async () => {
    const page = await answerOf('/docs')
    expect(page).toContain('<article id="fleets.create"')
    expect(page).toContain('slipway fleets create north --fleet @fleet.json')
    expect(page).toContain('curl &#39;http://127.0.0.1:5000/v1/fleets&#39;')
    expect(page).toContain('await slipway.fleets.create({ name: &#39;name&#39;')
    expect(page).toContain('<tr id="error-body_too_large">')
    expect(page).toContain('Found a fleet of <code>hulls</code> &#38; &#60;more&#62;.')
    expect(page).not.toMatch(/(src|href)="https?:/)
  })
})
