import { createHash } from 'node:crypto'
import { createSlipway, type Slipway } from '../../src/sdk/index.ts'
import { logisticModel } from '../../src/testing/onnx-model.ts'

/** Fills a server with a small harbor's worth of everything, through its public API and nothing else. */
export async function seed(url: string): Promise<void> {
  const slipway = createSlipway({ url })
  await seedDatasets(slipway)
  const runIds = await seedRuns(slipway)
  await seedTraces(slipway)
  await seedModels(slipway, runIds)
  await seedPipeline(slipway)
  await seedDeployment(slipway, url)
}

interface StoredFile {
  readonly path: string
  readonly digest: string
  readonly sizeBytes: number
}

export async function storeFile(slipway: Slipway, path: string, content: string | Uint8Array): Promise<StoredFile> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  await slipway.raw('PUT', '/v1/blobs', { body: new Uint8Array(bytes) })
  return { path, digest: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length }
}

/** The same numbers every time: a linear congruential generator (Numerical Recipes' constants). */
function numbers(start: number): () => number {
  let state = start
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function tides(rows: number, start: number): string {
  const next = numbers(start)
  const lines = ['station,height,wind,late']
  for (let row = 0; row < rows; row++) {
    const wind = next() * 30
    const height = 2 + Math.sin(row / 12) + next()
    lines.push(
      `${['north', 'south', 'quay'][row % 3]},${height.toFixed(3)},${wind.toFixed(2)},${wind + 4 * height > 28 ? 1 : 0}`,
    )
  }
  return `${lines.join('\n')}\n`
}

/** Three questions to an assistant of the harbor, as an exporter of OpenTelemetry sends them; the last one fails. */
async function seedTraces(slipway: Slipway): Promise<void> {
  const experiment = await slipway.experiments.get({ experiment: 'tide-risk' })
  const now = Date.now()
  const spans = ['Is the north quay safe tonight?', 'When does the tide turn?', 'How high is the water?'].flatMap(
    (question, index) => tracedQuestion(question, now - (3 - index) * 60_000, index),
  )
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'harbor-assistant' } }] }
  await slipway.raw('POST', '/v1/traces', {
    headers: { 'content-type': 'application/json', 'x-mlflow-experiment-id': experiment.id },
    body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'harbor' }, spans }] }] }),
  })
}

function tracedQuestion(question: string, at: number, index: number): object[] {
  const isBroken = index === 2
  const span = (id: number, parent: number, from: number, to: number) => ({
    traceId: String(index + 1).repeat(32),
    spanId: `${id}`.padStart(16, '0'),
    ...(parent === 0 ? {} : { parentSpanId: `${parent}`.padStart(16, '0') }),
    startTimeUnixNano: `${at + from}250000`,
    endTimeUnixNano: `${at + to}750000`,
  })
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })
  const type = (kind: string) => text('openinference.span.kind', kind)
  const failure = {
    name: 'exception',
    timeUnixNano: `${at + 840}000000`,
    attributes: [
      text('exception.type', 'TimeoutError'),
      text('exception.message', 'the gauge did not answer'),
      text(
        'exception.stacktrace',
        'Traceback (most recent call last):\n  File "gauge.py", line 12, in read\nTimeoutError',
      ),
    ],
  }
  const answer = JSON.stringify({ answer: 'Safe until 21:40', confidence: 0.92 })
  return [
    {
      ...span(1, 0, 0, 1240),
      name: 'answer',
      attributes: [type('CHAIN'), text('input.value', question), ...(isBroken ? [] : [text('output.value', answer)])],
      status: { code: isBroken ? 2 : 1 },
    },
    {
      ...span(2, 1, 12, 310),
      name: 'retrieve',
      attributes: [type('RETRIEVER'), text('input.value', question), text('output.value', '["tides.csv", "notices"]')],
    },
    { ...span(3, 2, 20, 140), name: 'embed', attributes: [type('EMBEDDING')] },
    {
      ...span(4, 1, 320, 850),
      name: 'read gauge',
      kind: 3,
      ...(isBroken ? { events: [failure], status: { code: 2, message: 'the gauge did not answer' } } : {}),
      attributes: [text('server.address', 'gauge.harbor'), { key: 'attempt', value: { intValue: '1' } }],
    },
    ...(isBroken ? [] : [{ ...span(5, 1, 860, 1230), name: 'generate', attributes: [type('LLM')] }]),
  ]
}

async function seedDatasets(slipway: Slipway): Promise<void> {
  await slipway.datasets.create({ name: 'tides', description: 'Height, wind and delays by station, every hour.' })
  const march = await storeFile(slipway, 'march.csv', tides(600, 1))
  await slipway.datasets.versions.create({ dataset: 'tides', files: [march], message: 'March' })
  const april = await storeFile(slipway, 'april.csv', tides(900, 2))
  await slipway.datasets.versions.create({ dataset: 'tides', files: [march, april], message: 'April is in' })
}

async function seedRuns(slipway: Slipway): Promise<readonly string[]> {
  const { id: experimentId } = await slipway.experiments.create({ name: 'tide-risk', tags: { team: 'harbor' } })
  const data = await slipway.datasets.versions.get({ dataset: 'tides', version: 'latest' })
  const ids: string[] = []
  for (let index = 0; index < 8; index++) {
    const rate = 0.02 * (index + 1)
    const run = await slipway.runs.create({ experimentId, name: `rate-${rate.toFixed(2)}` })
    const steps = Array.from({ length: 60 }, (_, step) => step)
    await slipway.runs.log({
      runId: run.id,
      params: { rate: String(rate), depth: String(3 + (index % 4)) },
      tags: { note: index === 3 ? 'the one to beat' : 'sweep' },
      metrics: steps.flatMap((step) => [
        {
          key: 'loss',
          value: Math.exp(-step * rate) + 0.02 * Math.sin(step * 3 + index),
          step,
          timestamp: run.startedAt + step * 1000,
        },
        {
          key: 'accuracy',
          value: 1 - 0.5 * Math.exp(-step * rate * 0.8),
          step,
          timestamp: run.startedAt + step * 1000,
        },
      ]),
    })
    await slipway.runs.inputs.record({ runId: run.id, datasetVersionId: data.id, context: 'training' })
    const report = await storeFile(slipway, 'report.json', JSON.stringify({ rate, chosen: index === 3 }))
    await slipway.runs.artifacts.store({ runId: run.id, ...report })
    await slipway.runs.artifacts.store({
      runId: run.id,
      ...(await storeFile(slipway, 'notes/readme.txt', `rate ${rate}\n`)),
    })
    if (index < 7) await slipway.runs.update({ runId: run.id, status: index === 5 ? 'FAILED' : 'FINISHED' })
    ids.push(run.id)
  }
  return ids
}

async function seedModels(slipway: Slipway, runIds: readonly string[]): Promise<void> {
  for (const [index, weights] of [
    [0.4, 0.1],
    [0.6, 0.12],
  ].entries()) {
    const file = await storeFile(slipway, 'model.onnx', logisticModel(weights, -3))
    await slipway.models.versions.create({
      model: 'tide-risk',
      files: [file],
      format: 'onnx',
      ...(runIds[index] === undefined ? {} : { runId: runIds[index] }),
      signature: {
        inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 2] }],
        outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 2] }],
      },
      description: index === 0 ? 'The first that beat the almanac.' : 'Trained on April too.',
    })
  }
  await slipway.models.aliases.set({
    model: 'tide-risk',
    alias: 'champion',
    version: 1,
    reason: 'The only one measured in use.',
  })
}

async function seedPipeline(slipway: Slipway): Promise<void> {
  const write = (text: string) =>
    `node -e "const s=JSON.parse(require('fs').readFileSync(process.env.SLIPWAY_STEP));const fs=require('fs');for(const o of Object.values(s.outputs)){fs.mkdirSync(o.dir,{recursive:true});fs.writeFileSync(o.dir+'/out.txt','${text}')};console.log('wrote ${text}')"`
  await slipway.pipelines.apply({
    definition: {
      name: 'tide-train',
      description: 'Features, training and a check of the tides.',
      parameters: { rate: 0.1 },
      steps: [
        {
          name: 'features',
          run: write('features'),
          inputs: { raw: 'dataset/tides@latest' },
          outputs: { table: 'files' },
        },
        { name: 'train', run: write('model'), inputs: { table: 'step/features.table' }, outputs: { weights: 'files' } },
        {
          name: 'check',
          run: write('verdict'),
          inputs: { weights: 'step/train.weights' },
          outputs: { report: 'files' },
        },
      ],
    },
  })
  const run = await slipway.pipelines.runs.start({ pipeline: 'tide-train' })
  for (let tries = 0; tries < 300; tries++) {
    const { state } = await slipway.pipelines.runs.get({ id: run.id })
    if (state !== 'running') return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`pipeline run ${run.id} did not end`)
}

async function seedDeployment(slipway: Slipway, url: string): Promise<void> {
  await slipway.deployments.apply({ name: 'tide-risk', model: 'tide-risk@champion' })
  const next = numbers(7)
  for (let index = 0; index < 60; index++) {
    const features = [2 + next(), next() * 30]
    const response = await fetch(`${url}/v2/models/tide-risk/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ inputs: [{ name: 'features', datatype: 'FP32', shape: [1, 2], data: features }] }),
    })
    if (!response.ok) throw new Error(`infer answered ${response.status}: ${await response.text()}`)
    const predictionId = response.headers.get('slipway-prediction-id') ?? ''
    if (index < 40) await slipway.labels.record({ labels: [{ predictionId, label: (features[1] ?? 0) > 18 ? 1 : 0 }] })
  }
  await slipway.rollouts.start({
    deployment: 'tide-risk',
    ref: '2',
    steps: [
      { weight: 10, minPredictions: 1000 },
      { weight: 50, minPredictions: 2000 },
    ],
  })
}
