/** Runs the command blocks of the guides as they are written: every ```sh block of a page, in order, against a real server. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPort, repository, type Server, startServer } from '../../examples/flights/replay/server.ts'
import { createSlipway } from '../../src/sdk/index.ts'
import { newDatabaseUrl } from '../../src/testing/databases.ts'
import { startS3Server } from '../../src/testing/s3-server.ts'

const run = promisify(execFile)
let folder: string
let server: Server

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-guides-'))
  server = await startServer({ dataDir: join(folder, 'server'), port: 0 })
})
afterAll(async () => {
  await server?.stop()
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
})

/** What stands between ```<language> and ``` on a page, one script. */
async function blocksOf(page: string, language: string): Promise<string> {
  const text = await readFile(join(repository, 'docs', 'guide', page), 'utf8')
  const blocks = [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter(([, fence]) => fence === language)
  return blocks.map(([, , code]) => code).join('\n')
}

async function follow(page: string, environment: Record<string, string> = {}, cwd = repository): Promise<string> {
  const script = await blocksOf(page, 'sh')
  expect(script).not.toBe('')
  const env = {
    ...process.env,
    PATH: [join(repository, 'bin'), process.env.PATH].join(delimiter),
    SLIPWAY_URL: server.url,
    GUIDE: folder,
    ...environment,
  }
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd, env })
  return stdout
}

describe('the guide', () => {
  it('to the first loop leads from data to a traced answer', async () => {
    const told = await follow('first-loop.md')
    expect(told).toContain('flight-delay-quality')
    expect(told).toMatch(/answered by model version flight-delay\/1/)
  })

  it('to tracing a prediction', async () => {
    expect(await follow('trace-a-prediction.md')).toContain('flights@1')
  })

  it('to serving a model', async () => {
    expect(await follow('serve-a-model.md')).toContain('flight-delay-test')
  })

  it('to rolling out safely', async () => {
    const told = await follow('roll-out-safely.md')
    expect(told).toContain('the predictions of both lie')
    expect(told).toMatch(/promoted/)
    expect(told).toMatch(/v1 +delay|version +1|"version": 1/)
  })

  it('to tracking', async () => {
    // What the Python of the page has made; test/clients runs that.
    await createSlipway({ url: server.url }).experiments.create({ name: 'guide' })
    const told = await follow('track-with-mlflow.md', {}, folder)
    expect(told).toMatch(/: 1 run, 0 points, \d files|: nothing new/)
    expect(told).toMatch(/movedCount +1\b/)
  })

  it('to watching drift', async () => {
    expect(await follow('watch-drift.md')).toContain('delays-drift')
  })

  it('to PostgreSQL and S3', async () => {
    const s3 = await startS3Server()
    const database = await newDatabaseUrl('postgres')
    try {
      const told = await follow('postgresql-and-s3.md', {
        GUIDE_DATABASE_URL: database.url,
        GUIDE_BLOB_URL: (await s3.newBucket()).url,
        GUIDE_PORT: String(await findPort(5055)),
        GUIDE_MEMBER_PORT: String(await findPort(5155)),
        AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
      })
      expect(told).toContain('iata')
      expect(told).toMatch(/member +http:\/\/127.0.0.1:\d+ +live/)
    } finally {
      await database.remove()
      await s3.stop()
    }
  })
})
