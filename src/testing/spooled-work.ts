import { createSlipway, createTransport, type SlipwayOptions } from '../sdk/index.ts'

/** Work as clients leave it in a spool, and a server's own account of it, to be compared with another server's. */

export async function storeBytes(at: SlipwayOptions, text: string): Promise<{ digest: string; sizeBytes: number }> {
  const headers = { 'content-type': 'application/octet-stream' }
  const answer = await createTransport(at).raw('PUT', '/v1/blobs', { headers, body: text })
  return answer.json()
}

/** Two runs, one nested in the other, with everything that a run can have; a version with an alias; a trace. */
export async function logWork(at: SlipwayOptions, experiment = 'churn'): Promise<string[]> {
  const slipway = createSlipway(at)
  await slipway.experiments.create({ name: experiment, tags: { team: 'risk' } })
  const parent = await slipway.runs.create({ experimentId: experiment, name: 'parent', tags: { kind: 'sweep' } })
  const child = await slipway.runs.create({ experimentId: experiment, name: 'child', parentRunId: parent.id })
  const notes = { path: 'notes/a.txt', ...(await storeBytes(at, `notes of ${experiment}`)) }
  const weights = { path: 'weights.bin', ...(await storeBytes(at, `weights of ${experiment}`)) }
  const input = { name: 'rows', digest: 'd1', context: 'training', sourceType: 'local', source: '{}', tags: { a: '1' } }
  const model = {
    id: `m-${child.id.slice(4)}`,
    name: 'net',
    status: 'ready' as const,
    params: { depth: '3' },
    files: [weights],
  }
  await slipway.runs.bundle.put({
    runId: child.id,
    experiment,
    params: { depth: '3' },
    tags: { note: 'ünïcode' },
    inputs: [input],
    outputs: [{ modelId: model.id, step: 7 }],
    files: [notes, weights],
    models: [model],
  })
  // More than two pages of points, one of them logged late and out of its order.
  const points = Array.from({ length: 2300 }, (_, step) => ({
    key: 'loss',
    value: 1 / (step + 1),
    step,
    timestamp: step,
  }))
  await slipway.runs.log({ runId: child.id, metrics: points })
  const odd = ['NaN', 'Infinity', '-Infinity', 1e-300] as const
  await slipway.runs.log({
    runId: child.id,
    metrics: odd.map((value, step) => ({ key: 'odd', value, step, timestamp: 5 })),
  })
  await slipway.runs.update({ runId: child.id, status: 'FAILED', endedAt: Date.now() })
  await slipway.models.versions.create({
    model: 'net',
    files: [weights],
    format: 'onnx',
    runId: child.id,
    tags: { x: 'y' },
  })
  await slipway.models.aliases.set({ model: 'net', alias: 'champion', version: 1 })
  const trace = {
    traceId: `tr-${'0'.repeat(31)}1`,
    id: `tr-${'0'.repeat(31)}1`,
    state: 'OK',
    startedAt: 9,
    durationMs: 4,
  } as const
  const span = { traceId: trace.id, id: '0'.repeat(15) + 1, name: 'ask', kind: 'internal', status: 'OK' } as const
  const times = { startNs: '9000001', endNs: '13000002' }
  await slipway.traces.bundle.put({
    ...trace,
    experiment,
    metadata: { m: '1' },
    tags: { t: '1' },
    assessments: [],
    runIds: [child.id],
    files: [],
    spans: [{ ...span, ...times, attributes: '{"tokens":12345678901234567890}', details: '{}' }],
  })
  return [parent.id, child.id]
}

/** All that two servers that have the same work agree on: not their own ids of experiments and versions. */
export async function accountOf(at: SlipwayOptions) {
  const slipway = createSlipway(at)
  const names = new Map<string, string>()
  for await (const { id, name } of slipway.experiments.list()) names.set(id, name)
  const runs = []
  for await (const { id: runId } of slipway.runs.search({ orderBy: ['attributes.id ASC'] })) {
    const { experimentId, outputs, models, ...run } = await slipway.runs.bundle.get({ runId })
    const points: Record<string, unknown[]> = {}
    for (const { key } of run.metrics) {
      points[key] = []
      for await (const point of slipway.runs.metrics.history({ runId, key, limit: 1000 })) points[key].push(point)
    }
    const made = outputs.filter(({ modelId }) => modelId.startsWith('m-'))
    runs.push({
      ...run,
      experiment: names.get(experimentId),
      outputs: made,
      versionCount: outputs.length - made.length,
      models,
      points,
    })
  }
  const traces = []
  for await (const { id: traceId } of slipway.traces.search()) {
    const { experimentId, ...trace } = await slipway.traces.bundle.get({ traceId })
    traces.push({ ...trace, experiment: names.get(experimentId) })
  }
  const versions = []
  for await (const { name, aliases } of slipway.models.list()) {
    for await (const { version, digest, runId, tags } of slipway.models.versions.list({ model: name })) {
      versions.push({ name, aliases, version, digest, runId, tags })
    }
  }
  return { runs, traces, versions, experiments: [...names.values()].sort() }
}
