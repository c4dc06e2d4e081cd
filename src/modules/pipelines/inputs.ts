import { hasCode, isAppError } from '../../kernel/errors.ts'
import type { PipelineContext } from './context.ts'
import type { PipelineDefinition, StepDefinition } from './definition.ts'
import { pipelineErrors, type StepInput, type StepOutput } from './model.ts'
import { inputRef, outputRef } from './references.ts'

/** What a reference was pinned to; the same for every step that names it. */
type Pin = Omit<StepInput, 'name' | 'ref'>

/**
 * Pins every dataset and model that the steps name, each once: all steps of a run see the same version, whatever is
 * published meanwhile. Throws `pipeline_input_missing`.
 */
export async function pinInputs(ctx: PipelineContext, definition: PipelineDefinition): Promise<Map<string, Pin>> {
  const pins = new Map<string, Pin>()
  for (const step of definition.steps) {
    for (const text of Object.values(step.inputs)) {
      const ref = inputRef(text)
      if (ref.kind === 'step' || pins.has(text)) continue
      const pin = ref.kind === 'dataset' ? await findDataset(ctx, ref.ref) : await findModel(ctx, ref.ref)
      if (typeof pin === 'string' && !ref.isOptional) {
        throw pipelineErrors.pipeline_input_missing({
          step: step.name,
          pipeline: definition.name,
          ref: text,
          problem: pin,
        })
      }
      pins.set(text, typeof pin === 'string' ? { kind: ref.kind, isMissing: true } : pin)
    }
  }
  return pins
}

/** A text, when there is none, says why. */
async function findDataset(ctx: PipelineContext, ref: string): Promise<Pin | string> {
  const version = await absentAsText(() => ctx.datasets.getVersionSummary(ref))
  if (typeof version === 'string') return version
  return {
    kind: 'dataset',
    versionId: version.id,
    label: `${version.dataset}@${version.version}`,
    digest: version.digest,
  }
}

async function findModel(ctx: PipelineContext, ref: string): Promise<Pin | string> {
  const version = await absentAsText(() => ctx.registry.resolve(ref))
  if (typeof version === 'string') return version
  return { kind: 'model', versionId: version.id, label: `${version.model}/${version.version}`, digest: version.digest }
}

async function absentAsText<T>(get: () => Promise<T>): Promise<T | string> {
  try {
    return await get()
  } catch (error) {
    if (
      isAppError(error) &&
      (error.kind === 'not_found' || error.kind === 'gone' || hasCode(error, 'dataset_ref_invalid'))
    ) {
      return error.message
    }
    throw error
  }
}

/** The inputs of a step as far as they are known when the run starts: those from other steps are filled in later. */
export function initialInputs(
  definition: PipelineDefinition,
  step: StepDefinition,
  pins: ReadonlyMap<string, Pin>,
): StepInput[] {
  return Object.entries(step.inputs).map(([name, text]) => {
    const ref = inputRef(text)
    if (ref.kind !== 'step') return { name, ref: text, ...(pins.get(text) ?? { kind: ref.kind, isMissing: true }) }
    const declared = definition.steps.find((other) => other.name === ref.step)?.outputs[ref.output]
    return { name, ref: text, kind: declared === undefined ? 'files' : outputRef(declared).kind }
  })
}

export interface Upstream {
  readonly stepRunId: string
  readonly outputs: readonly StepOutput[]
}

/** Fills in what comes from steps that have succeeded, by step name. */
export function resolveInputs(inputs: readonly StepInput[], upstream: ReadonlyMap<string, Upstream>): StepInput[] {
  return inputs.map((input) => {
    const ref = inputRef(input.ref)
    if (ref.kind !== 'step') return input
    const source = upstream.get(ref.step)
    const output = source?.outputs.find((candidate) => candidate.name === ref.output)
    if (source === undefined || output === undefined) return input
    const { kind, versionId, label, digest } = output
    return { name: input.name, ref: input.ref, kind, versionId, label, digest, stepRunId: source.stepRunId }
  })
}
