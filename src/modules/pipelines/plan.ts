import { getPipeline } from './apply.ts'
import { cacheParts, lookUp } from './cache.ts'
import type { PipelineContext } from './context.ts'
import { dependenciesOf, inOrder } from './graph.ts'
import { initialInputs, pinInputs, resolveInputs, type Upstream } from './inputs.ts'
import type { StepPlan } from './model.ts'
import type { StartRun } from './service.ts'
import { mergeParameters } from './start.ts'

/** What a run started now would do. Nothing is run or written. */
export async function planRun(ctx: PipelineContext, request: StartRun): Promise<StepPlan[]> {
  const { current } = await getPipeline(ctx, request.pipeline)
  const parameters = mergeParameters(current, request.parameters ?? {})
  const pins = await pinInputs(ctx, current.definition)
  const known = new Map<string, Upstream>()
  const plans: StepPlan[] = []
  for (const step of inOrder(current.definition)) {
    const unknown = dependenciesOf(step).find((name) => !known.has(name))
    if (unknown !== undefined) {
      plans.push({ name: step.name, verdict: 'unknown', reason: `depends on what ${unknown} will write` })
      continue
    }
    const inputs = resolveInputs(initialInputs(current.definition, step, pins), known)
    const parts = cacheParts(current, step, { parameters, inputs })
    const { verdict, source } = await lookUp(ctx, current, { step, parts, useCache: request.useCache ?? true })
    plans.push({ name: step.name, verdict: source === undefined ? 'runs' : 'cached', reason: verdict.reason })
    if (source !== undefined) known.set(step.name, { stepRunId: source.id, outputs: JSON.parse(source.outputs) })
  }
  return plans
}
