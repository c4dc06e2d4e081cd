import pg from 'pg'
import { metricValue, paramsOf, pointsOf, type Shape, startedAt } from './search-data.ts'

/** As `peer-rows.ts`, for the peer on PostgreSQL: columns of many rows at a time. */
export async function fillPeerPostgres(url: string, shape: Shape, chartPoints: number): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query('select name, experiment_id as id from experiments')
    const number = (name: string) => Number(rows.find((row) => row.name === name)?.id)
    await client.query('begin')
    for (let run = 0; run < shape.runs; run++) {
      const id = run.toString(16).padStart(32, '0')
      await insertRun(client, id, { experiment: number('search'), run })
      await insertLogged(client, id, { run, shape })
    }
    await insertRun(client, 'c'.repeat(32), { experiment: number('chart'), run: 0 })
    await insertChart(client, 'c'.repeat(32), chartPoints)
    await client.query('commit')
  } finally {
    await client.end()
  }
  await analyze(url)
}

export async function analyze(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('analyze')
  await client.end()
}

async function insertRun(
  client: pg.Client,
  id: string,
  { experiment, run }: { experiment: number; run: number },
): Promise<void> {
  const text = `insert into runs (run_uuid, name, source_type, source_name, user_id, status, start_time, lifecycle_stage,
    artifact_uri, experiment_id) values ($1, $2, 'LOCAL', '', 'bench', 'RUNNING', $3, 'active', $4, $5)`
  const uri = `mlflow-artifacts:/${experiment}/${id}/artifacts`
  await client.query({ name: 'run', text, values: [id, `run-${run}`, startedAt + run, uri, experiment] })
}

interface Point {
  readonly key: string
  readonly value: number
  readonly step: number
}

async function insertPoints(client: pg.Client, id: string, points: readonly Point[], isLatest = false): Promise<void> {
  const text = `insert into ${isLatest ? 'latest_metrics' : 'metrics'} ("key", value, timestamp, run_uuid, step, is_nan)
    select k, v, ${startedAt} + s, $1, s, false from unnest($2::text[], $3::float8[], $4::int8[]) as t(k, v, s)`
  const columns = [points.map((one) => one.key), points.map((one) => one.value), points.map((one) => one.step)]
  await client.query({ name: isLatest ? 'latest' : 'points', text, values: [id, ...columns] })
}

async function insertLogged(client: pg.Client, id: string, { run, shape }: { run: number; shape: Shape }) {
  await insertPoints(client, id, pointsOf(run, shape))
  const step = shape.points - 1
  const latest = Array.from({ length: shape.keys }, (_, key) => ({
    key: `m${key}`,
    value: metricValue(run, key, step),
    step,
  }))
  await insertPoints(client, id, latest, true)
  const params = paramsOf(run)
  const text =
    'insert into params ("key", value, run_uuid) select k, v, $1 from unnest($2::text[], $3::text[]) as t(k, v)'
  const values = [id, params.map((one) => one.key), params.map((one) => one.value)]
  await client.query({ name: 'params', text, values })
}

async function insertChart(client: pg.Client, id: string, points: number): Promise<void> {
  const value = (step: number) => Math.exp(-step / 1e5) + Math.sin(step)
  for (let from = 0; from < points; from += 10_000) {
    const length = Math.min(10_000, points - from)
    const some = Array.from({ length }, (_, at) => ({ key: 'loss', value: value(from + at), step: from + at }))
    await insertPoints(client, id, some)
  }
  await insertPoints(client, id, [{ key: 'loss', value: value(points - 1), step: points - 1 }], true)
}
