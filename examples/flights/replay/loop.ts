/**
 * The loop, driven from outside by what happens in the world: days pass, flights depart, land, and become data. Everything
 * else (training, judging, deploying, watching, replacing) the server does by itself, as slipway.yaml says.
 */
import { join } from 'node:path'
import { applyProject } from '../../../src/surfaces/cli/apply/apply-project.ts'
import type { Api } from './api.ts'
import { type Crew, createCrew } from './crew.ts'
import { daysBetween, type History, type ReplayedFlight } from './history.ts'
import { names, type Plan } from './plan.ts'
import { createTraffic, type Traffic } from './traffic.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

export interface LoopInputs {
  readonly api: Api
  readonly history: History
  readonly plan: Plan
  /** slipway.yaml beside the steps; the one of this example unless told otherwise. */
  readonly projectFile?: string
  /** Called with a line for people whenever something happened. */
  readonly tell: (line: string) => void
  readonly signal: AbortSignal
}

export interface LoopEnd {
  readonly traffic: Traffic
  /** A prediction of the last day, to trace. */
  readonly predictionId: string
}

export async function runLoop(inputs: LoopInputs): Promise<LoopEnd> {
  const { api, history, plan, tell, signal } = inputs
  const crew = createCrew(api, tell, signal)
  const projectFile = inputs.projectFile ?? join(import.meta.dirname, '..', 'slipway.yaml')
  const project = await applyProject(api.slipway.raw, projectFile)
  tell(`applied slipway.yaml: ${project.application.changes.length} parts, ${project.fileCount} source files`)

  await addVersion(inputs, names.airports, [{ path: 'airports.csv', localPath: history.airports }])
  await uploadDays(inputs, plan.trainUntil)
  // Looked up while the server trains; without a listener a failure in between would end the process.
  const flightsReady = replayedFlights(history, plan)
  flightsReady.catch(() => {})
  await crew.firstTraining(plan.parameters)

  const traffic = createTraffic(api, names.deployment)
  const flights = await flightsReady
  for (const day of daysBetween(plan.replayFrom, plan.replayUntil)) {
    if (day !== plan.replayFrom) await uploadDays(inputs, day)
    await replayDay({ inputs, crew, traffic, flights, day })
  }
  await traffic.labelAll(Number.POSITIVE_INFINITY)
  await crew.rolloutEnded()
  const predictionId = traffic.lastPredictionId()
  if (predictionId === undefined) throw new Error('The plan has no flight to replay.')
  return { traffic, predictionId }
}

/** The flights that ask for a prediction, oldest first; the replay ends at midnight UTC. */
export async function replayedFlights(history: Pick<History, 'flights'>, plan: Plan): Promise<ReplayedFlight[]> {
  const flights = await history.flights({ ...plan, from: plan.replayFrom, to: plan.replayUntil })
  return flights.filter((flight) => flight.departedAt < Date.parse(plan.replayUntil))
}

interface Day {
  readonly inputs: LoopInputs
  readonly crew: Crew
  readonly traffic: Traffic
  readonly flights: readonly ReplayedFlight[]
  readonly day: string
}

/** Departures and labels of one day, round by round. Time stands still while the server retrains, and the crew watches. */
async function replayDay({ inputs, crew, traffic, flights, day }: Day): Promise<void> {
  const start = Date.parse(day)
  const labelsBefore = traffic.counts.labels
  for (let from = start; from < start + dayMs; from += inputs.plan.hoursPerRound * hourMs) {
    const to = Math.min(from + inputs.plan.hoursPerRound * hourMs, start + dayMs)
    const round = flights.filter((flight) => flight.departedAt >= from && flight.departedAt < to)
    await traffic.predict(round)
    await traffic.label(to)
    const newest = round.at(-1)
    if (newest !== undefined) await crew.lookAfter(newest.departedAt)
  }
  inputs.tell(
    `${day}: ${traffic.counts.predictions} predictions, ${traffic.counts.labels - labelsBefore} labels came in`,
  )
}

/** All days before `until` as one version of the dataset; only the days that the server lacks are sent. */
async function uploadDays(inputs: LoopInputs, until: string): Promise<void> {
  await addVersion(inputs, names.flights, await inputs.history.dayFiles(inputs.plan.since, until))
}

const stored = new Map<string, { digest: string; sizeBytes: number }>()

async function addVersion(
  { api, tell }: LoopInputs,
  dataset: string,
  files: readonly { readonly path: string; readonly localPath: string }[],
): Promise<void> {
  const named = []
  for (const { path, localPath } of files) {
    const ref = stored.get(`${api.url} ${localPath}`) ?? (await api.upload(localPath))
    stored.set(`${api.url} ${localPath}`, ref)
    named.push({ path, ...ref })
  }
  const version = await api.slipway.datasets.versions.create({ dataset, files: named })
  tell(`${dataset}@${version.version}: ${version.fileCount} files`)
}
