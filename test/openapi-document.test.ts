/** The reference of the whole program, not of a sample, is valid OpenAPI. */
import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, it } from 'vitest'
import { describeAll } from '../scripts/catalog.ts'
import { toOpenApi } from '../src/surfaces/openapi/openapi.ts'

const document = toOpenApi(await describeAll(), '0.0.0')

it('is valid OpenAPI 3.1 with every operation and raw route', async () => {
  const result = await new Validator().validate({ ...structuredClone(document) })
  expect(result.errors ?? []).toEqual([])
  expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/health', '/v1/events', '/v1/runs/{runId}/log']))
})

it('has a different id for each operation, and no reference that leads nowhere', () => {
  const text = JSON.stringify(document)
  const ids = [...text.matchAll(/"operationId":"([^"]+)"/g)].map((match) => match[1])
  expect(new Set(ids).size).toBe(ids.length)
  const shapes = Object.keys(document.components.schemas as object)
  const named = [...text.matchAll(/#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1])
  expect(named.filter((name) => !shapes.includes(name ?? ''))).toEqual([])
})

it('declares every error that an operation says it may answer', async () => {
  const { operations, errors } = await describeAll()
  const unknown = operations.flatMap(({ name, errors: codes }) =>
    codes.filter((code) => !(code in errors)).map((code) => `${name}: ${code}`),
  )
  expect(unknown).toEqual([])
})
