import { afterAll, beforeAll, expect, it } from 'vitest'
import { modules } from '../../app.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'
import { mlflow } from './index.ts'

const authorization = 'Bearer correct-horse-battery'
let app: TestApp
beforeAll(async () => {
  app = await testApp({ modules, dialects: [mlflow], settings: { 'auth.token': 'correct-horse-battery' } })
})
afterAll(() => app.dispose())

// The client sends a part to the address it was given, with the headers it was given and none of its own.
it('lets in the parts of whoever was let in to begin the upload', async () => {
  const run = await app.request('POST', '/v1/runs', { experimentId: 'Default' }, { authorization })
  const root = '/api/2.0/mlflow-artifacts/mpu'
  const place = `0/${run.body.id}/artifacts`
  const begin = { path: 'big.bin', num_parts: 2 }
  expect((await app.request('POST', `${root}/create/${place}`, begin)).status).toBe(401)
  const { body } = await app.request('POST', `${root}/create/${place}`, begin, { authorization })
  const parts = await Promise.all(
    body.credentials.map(
      async ({ url, headers, part_number }: { url: string; headers: object; part_number: number }) => {
        expect((await fetch(url, { method: 'PUT', body: 'no' })).status).toBe(401)
        const answer = await fetch(url, { method: 'PUT', body: `part ${part_number} `, headers: { ...headers } })
        return { part_number, etag: answer.headers.get('etag'), url }
      },
    ),
  )
  const end = { path: 'big.bin', upload_id: body.upload_id, parts }
  expect((await app.request('POST', `${root}/complete/${place}`, end, { authorization })).status).toBe(200)
  const file = await fetch(`${app.url}/api/2.0/mlflow-artifacts/artifacts/${place}/big.bin`, {
    headers: { authorization },
  })
  expect(await file.text()).toBe('part 1 part 2 ')
})
