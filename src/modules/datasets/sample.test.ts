import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestApp, testApp } from '../../testing/test-app.ts'
import { type Datasets, datasets } from './index.ts'

describe('a sample of a dataset version', () => {
  let app: TestApp
  let service: Datasets
  beforeAll(async () => {
    app = await testApp({ modules: [datasets] })
    service = app.doors.datasets as Datasets
  })
  afterAll(() => app.dispose())

  async function version(path: string, text: string) {
    const { digest, sizeBytes } = await app.platform.blobs.write(text)
    await service.ensureDataset({ name: 'numbers' })
    return service.createVersion({ dataset: 'numbers', files: [{ path, digest, sizeBytes }] })
  }

  it('has every row when there are few, and a random part when there are many', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `${i},${i % 2 === 0 ? 'even' : 'odd'}`)
    const { id } = await version('n.csv', ['n,word', ...lines].join('\n'))
    const all = await service.sample({ ref: id, rows: 10_000 })
    expect(all).toMatchObject({ rowCount: 5000, columns: [{ name: 'n' }, { name: 'word' }] })
    expect(new Set(all.rows.map((row) => row.n)).size).toBe(5000)
    const some = await service.sample({ ref: id, rows: 500 })
    expect(some.rows).toHaveLength(500)
    const mean = some.rows.reduce((sum, row) => sum + Number(row.n), 0) / 500
    // 5 standard errors of the mean of 500 of the numbers 0 … 4999.
    expect(Math.abs(mean - 2500)).toBeLessThan((5 * 1443) / Math.sqrt(500))
  })

  it('is refused for a version without a table', async () => {
    const { id } = await version('readme.txt', 'no table')
    await expect(service.sample({ ref: id, rows: 10 })).rejects.toMatchObject({ code: 'dataset_no_table' })
  })
})
