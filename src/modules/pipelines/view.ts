import type { PipelineContext } from './context.ts'
import { getVersion } from './definition-store.ts'
import { dependenciesOf } from './graph.ts'
import { type PipelineRunDetail, pipelineErrors, type StepRunState } from './model.ts'
import { findRun, toRun } from './run-store.ts'
import { listAttempts, listSteps, toStepRun } from './step-store.ts'

/** A run with its steps, as everyone outside sees it. */
export async function getRun(ctx: PipelineContext, id: string): Promise<PipelineRunDetail> {
  const db = ctx.db.read
  const run = await findRun(db, id)
  if (run === undefined) throw pipelineErrors.pipeline_run_not_found({ id })
  const [version, steps, attempts] = await Promise.all([
    getVersion(db, run.versionId),
    listSteps(db, id),
    listAttempts(db, id),
  ])
  const byStep = Map.groupBy(attempts, (attempt) => attempt.stepRunId)
  const definitions = new Map(version.definition.steps.map((step) => [step.name, step]))
  const counts: Partial<Record<StepRunState, number>> = {}
  for (const step of steps) counts[step.state] = (counts[step.state] ?? 0) + 1
  return {
    ...toRun(run, counts),
    steps: steps.map((row) => {
      const definition = definitions.get(row.name)
      return toStepRun(row, byStep.get(row.id) ?? [], definition === undefined ? [] : dependenciesOf(definition))
    }),
  }
}
