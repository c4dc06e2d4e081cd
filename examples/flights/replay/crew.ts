/** Looks after the loop from outside: waits for the server's own acts where event time must not run ahead, and tells them. */
import type { Decision, Rollout, WindowEvaluation } from '../../../src/sdk/index.ts'
import type { Api } from './api.ts'
import { names } from './plan.ts'
import { all, oldestFirst, until } from './watch.ts'

const dayMs = 86_400_000

export interface Crew {
  /** Trains the first model and waits until it is deployed. */
  firstTraining(parameters: Readonly<Record<string, number>>): Promise<void>
  /** The newest flight departed at `eventAt`: waits for the windows that are complete by then and for what follows. */
  lookAfter(eventAt: number): Promise<void>
  /** Waits until no rollout is under way. */
  rolloutEnded(): Promise<void>
}

export function createCrew({ slipway }: Api, tell: (line: string) => void, signal: AbortSignal): Crew {
  const waiting = { signal }
  const told = new Set<string>()
  const once = (key: string, line: string) => {
    if (told.has(key)) return
    told.add(key)
    tell(line)
  }
  let firstEventAt: number | undefined

  const decisions = async () => oldestFirst(await all(slipway.decisions.list({ limit: 1000 })))
  const windows = async (monitor: string) => all(slipway.monitors.windows.list({ monitor, limit: 100 }))

  /** Follows a pipeline run to its end, step by step. */
  async function runEnded(id: string): Promise<void> {
    const run = await until(`pipeline run ${id}`, waiting, async () => {
      const current = await slipway.pipelines.runs.get({ id })
      for (const step of current.steps) {
        if (step.state !== 'succeeded') continue
        const tookMs = (step.endedAt ?? 0) - (step.startedAt ?? 0)
        once(
          step.id,
          `  step ${step.name} ${step.cache?.isHit ? 'from the cache' : `in ${(tookMs / 1000).toFixed(1)} s`}`,
        )
      }
      return current.state === 'running' ? undefined : current
    })
    if (run.state !== 'succeeded') throw new Error(`Pipeline run ${id} ${run.state}: ${run.error ?? 'no reason given'}`)
  }

  /** Waits until the model version that a pipeline run made is judged and on its way. */
  async function delivered(pipelineRunId: string): Promise<Decision> {
    const decision = await until(`a decision about the model of ${pipelineRunId}`, waiting, async () => {
      const found = (await decisions()).find((one) => one.kind === 'deliver' && one.pipelineRunId === pipelineRunId)
      const isOnItsWay = found?.state !== 'rollingOut' || found.rolloutId !== undefined
      return found === undefined || ['candidate', 'deploying'].includes(found.state) || !isOnItsWay ? undefined : found
    })
    once(`${decision.id} ${decision.state}`, `${decision.state}: ${decision.summary}`)
    return decision
  }

  function tellWindow(monitor: string, window: WindowEvaluation): void {
    const day = new Date(window.from).toISOString().slice(0, 10)
    const [most, ...others] = window.features.filter((feature) => feature.drifted)
    const why =
      most === undefined
        ? `${window.rows} flights`
        : `${most.feature} PSI ${most.effect.value.toFixed(2)} (limit ${most.effect.threshold.toFixed(2)}), ${others.length} more`
    once(`${window.id} ${window.state}`, `  ${monitor} ${day}: ${window.state}, ${why}`)
  }

  function tellRollout(rollout: Rollout): void {
    for (const [i, act] of rollout.history.entries())
      once(`${rollout.id} ${i}`, `  canary of version ${rollout.version}: ${act.act} at ${act.weight} %, ${act.reason}`)
  }

  async function rollout(): Promise<Rollout | undefined> {
    const { items } = await slipway.rollouts.list({ deployment: names.deployment, limit: 1 })
    const [newest] = items
    if (newest !== undefined) tellRollout(newest)
    return newest?.state === 'running' ? newest : undefined
  }

  return {
    firstTraining: async (parameters) => {
      const run = await slipway.pipelines.runs.start({ pipeline: names.pipeline, parameters, key: 'first-training' })
      tell(`training started (${run.id})`)
      await runEnded(run.id)
      await delivered(run.id)
      await until('the deployment', waiting, async () => {
        const { state } = await slipway.deployments.get({ name: names.deployment })
        return state === 'ready' ? state : undefined
      })
    },
    lookAfter: async (eventAt) => {
      const sentAt = Date.now()
      // A window of a day closes with the first flight after it; before a whole day has passed there is none.
      firstEventAt ??= eventAt
      if (eventAt - firstEventAt >= dayMs) {
        await until('the drift window of the day before', waiting, async () => {
          const evaluated = await windows(names.drift)
          for (const window of evaluated.toReversed()) tellWindow(names.drift, window)
          return evaluated.some((window) => window.to > eventAt - dayMs) ? true : undefined
        })
      }
      for (const alert of oldestFirst(await all(slipway.alerts.list({ deployment: names.deployment, limit: 100 })))) {
        once(alert.id, `alert of ${alert.monitor}: ${alert.summary}`)
        if (alert.monitor !== names.drift || told.has(`done ${alert.id}`)) continue
        const decision = await until(`a decision about alert ${alert.id}`, waiting, async () =>
          (await decisions()).find((one) => one.alertId === alert.id && !isAboutToStart(one)),
        )
        once(decision.id, `${decision.kind}: ${decision.summary}`)
        if (decision.pipelineRunId !== undefined) {
          await runEnded(decision.pipelineRunId)
          await delivered(decision.pipelineRunId)
        }
        told.add(`done ${alert.id}`)
      }
      // The canary has looked at the labels sent so far: event time must not run ahead of its decisions.
      await until('the rollout to look at the newest labels', waiting, async () => {
        const current = await rollout()
        return current === undefined || (current.evidence?.to ?? 0) >= sentAt ? true : undefined
      })
    },
    rolloutEnded: async () => {
      await until('the end of the rollout', waiting, async () => ((await rollout()) === undefined ? true : undefined))
    },
  }
}

/** Its run is not there yet but comes within seconds; the end of a cooldown would take the better part of an hour. */
function isAboutToStart({ state, dueAt, pipelineRunId }: Decision): boolean {
  if (state === 'requested') return pipelineRunId === undefined
  return state === 'waiting' && (dueAt === undefined || dueAt < Date.now() + 600_000)
}
