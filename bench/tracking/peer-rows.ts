import { DatabaseSync } from 'node:sqlite'
import { metricValue, paramsOf, pointsOf, type Shape, startedAt } from './search-data.ts'

/**
 * The same data as rows in the peer's own tables (those of 3.17.2), because at the speed of its log-batch eight million
 * points would take most of an hour. Two experiments, `search` and `chart`, must be there.
 */
export function fillPeer(file: string, shape: Shape, chartPoints: number): void {
  const db = new DatabaseSync(file)
  db.exec('PRAGMA synchronous = off; BEGIN')
  const experiment = db.prepare('select experiment_id as id from experiments where name = ?')
  const number = (name: string) => Number(experiment.get(name)?.id)
  const [search, chart] = [number('search'), number('chart')]
  for (let run = 0; run < shape.runs; run++) {
    const id = run.toString(16).padStart(32, '0')
    insertRun(db, id, search, run)
    insertLogged(db, id, run, shape)
  }
  insertRun(db, 'c'.repeat(32), chart, 0)
  insertChart(db, 'c'.repeat(32), chartPoints)
  db.exec('COMMIT; ANALYZE')
  db.close()
}

function insertRun(db: DatabaseSync, id: string, experiment: number, run: number): void {
  db.prepare(`insert into runs (run_uuid, name, source_type, source_name, user_id, status, start_time, lifecycle_stage,
    artifact_uri, experiment_id) values (?, ?, 'LOCAL', '', 'bench', 'RUNNING', ?, 'active', ?, ?)`).run(
    id,
    `run-${run}`,
    startedAt + run,
    `mlflow-artifacts:/${experiment}/${id}/artifacts`,
    experiment,
  )
}

const pointText = 'insert into metrics ("key", value, timestamp, run_uuid, step, is_nan) values (?, ?, ?, ?, ?, 0)'
const latestText =
  'insert into latest_metrics ("key", value, timestamp, step, is_nan, run_uuid) values (?, ?, ?, ?, 0, ?)'

function insertLogged(db: DatabaseSync, id: string, run: number, shape: Shape): void {
  const point = db.prepare(pointText)
  for (const { key, value, timestamp, step } of pointsOf(run, shape)) point.run(key, value, timestamp, id, step)
  const latest = db.prepare(latestText)
  const step = shape.points - 1
  for (let key = 0; key < shape.keys; key++) {
    latest.run(`m${key}`, metricValue(run, key, step), startedAt + step, step, id)
  }
  const param = db.prepare('insert into params ("key", value, run_uuid) values (?, ?, ?)')
  for (const { key, value } of paramsOf(run)) param.run(key, value, id)
}

function insertChart(db: DatabaseSync, id: string, points: number): void {
  const value = (step: number) => Math.exp(-step / 1e5) + Math.sin(step)
  const point = db.prepare(pointText)
  for (let step = 0; step < points; step++) point.run('loss', value(step), startedAt + step, id, step)
  db.prepare(latestText).run('loss', value(points - 1), startedAt + points - 1, points - 1, id)
}
