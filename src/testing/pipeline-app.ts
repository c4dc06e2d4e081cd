import { createHash } from 'node:crypto'
import type { DoorOf } from '../kernel/module.ts'
import { datasets } from '../modules/datasets/index.ts'
import {
  type PipelineDefinitionInput,
  type PipelineRunDetail,
  pipelines,
  type StepRun,
} from '../modules/pipelines/index.ts'
import { registry } from '../modules/registry/index.ts'
import { tracking } from '../modules/tracking/index.ts'
import { type TestApp, type TestAppOptions, testApp } from './test-app.ts'

export interface PipelineApp extends TestApp {
  /** Stores texts as blobs and answers the file list of a version or a source. */
  store(files: Readonly<Record<string, string>>): Promise<{ path: string; digest: string; sizeBytes: number }[]>
  addDataset(name: string, files: Readonly<Record<string, string>>): Promise<{ id: string; version: number }>
  apply(definition: PipelineDefinitionInput, code?: Readonly<Record<string, string>>): Promise<void>
  /** Starts a run and waits for its end. */
  run(pipeline: string, body?: object): Promise<PipelineRunDetail>
  ended(id: string): Promise<PipelineRunDetail>
}

/** A server with pipelines and what they need. */
export async function pipelineApp(options: Partial<TestAppOptions> = {}): Promise<PipelineApp> {
  const app = await testApp({ modules: [datasets, tracking, registry, pipelines], ...options })

  async function expectOk(method: string, path: string, body?: unknown) {
    const answer = await app.request(method, path, body)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  async function store(files: Readonly<Record<string, string>>) {
    const stored: { path: string; digest: string; sizeBytes: number }[] = []
    for (const [path, content] of Object.entries(files)) {
      const { digest, sizeBytes } = await app.platform.blobs.write(content)
      stored.push({ path, digest, sizeBytes })
    }
    return stored
  }
  async function ended(id: string): Promise<PipelineRunDetail> {
    for (;;) {
      const run: PipelineRunDetail = await expectOk('GET', `/v1/pipeline-runs/${id}`)
      if (run.endedAt !== undefined) return run
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  return {
    ...app,
    store,
    ended,
    addDataset: async (name, files) => {
      const service = app.doors.datasets as DoorOf<typeof datasets>
      await service.ensureDataset({ name })
      return service.createVersion({ dataset: name, files: await store(files) })
    },
    apply: async (definition, code) => {
      const source = code === undefined ? undefined : { files: await store(code) }
      await expectOk('POST', '/v1/pipelines', { definition, source })
    },
    run: async (pipeline, body = {}) => {
      const { id } = await expectOk('POST', `/v1/pipelines/${pipeline}/runs`, body)
      return ended(id)
    },
  }
}

export function stepOf(run: PipelineRunDetail, name: string): StepRun {
  const step = run.steps.find((candidate) => candidate.name === name)
  if (step === undefined) throw new Error(`no step ${name}`)
  return step
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
