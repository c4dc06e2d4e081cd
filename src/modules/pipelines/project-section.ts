import { z } from 'zod'
import { defineSection, type Reference, type Resource } from '../../kernel/resource.ts'
import { checkDefinition } from './apply.ts'
import { PipelineDefinition, PipelineName, StepDefinition } from './definition.ts'
import type { PipelineService } from './service.ts'

/** Steps by name; their order in the file is the order in which they are shown. */
const PipelineSection = z.strictObject({
  description: PipelineDefinition.shape.description,
  parameters: PipelineDefinition.shape.parameters,
  steps: z.record(StepDefinition.shape.name, StepDefinition.omit({ name: true })),
})
type PipelineSection = z.output<typeof PipelineSection>

/** `pipelines` in slipway.yaml. The code is what lies beside the file. */
export const pipelineResource: Resource<PipelineService> = {
  noun: 'pipeline',
  find: (pipelines, name) => pipelines.getPipeline(name),
  section: defineSection({
    key: 'pipelines',
    name: PipelineName,
    schema: PipelineSection,
    refersTo: ['dataset', 'model'],
    references: inputReferences,
    makes: { nouns: ['dataset', 'model'], named: namedOutputs },
    check({ name, entry }) {
      try {
        checkDefinition(toDefinition(name, entry))
        return []
      } catch (error) {
        return [{ path: [], message: error instanceof Error ? error.message : String(error) }]
      }
    },
    apply: (pipelines: PipelineService, { name, entry, source }) =>
      pipelines.applyPipeline({ definition: toDefinition(name, entry), source }),
    decides: ['version'],
  }),
}

/** A pipeline as its module takes it. */
export function toDefinition(name: string, entry: PipelineSection): PipelineDefinition {
  const steps = Object.entries(entry.steps).map(([step, rest]) => ({ name: step, ...rest }))
  return { ...entry, name, steps }
}

function inputReferences({ steps }: PipelineSection): Reference[] {
  const references: Reference[] = []
  for (const [step, { inputs }] of Object.entries(steps)) {
    for (const [input, ref] of Object.entries(inputs)) {
      const [, noun, name, optional] = /^(dataset|model)\/([^@?/]+)(?:[@/][^?]*)?(\?)?$/.exec(ref) ?? []
      if (noun === undefined || name === undefined || optional === '?') continue
      references.push({ path: ['steps', step, 'inputs', input], noun, name })
    }
  }
  return references
}

function namedOutputs({ steps }: PipelineSection) {
  return Object.values(steps)
    .flatMap((step) => Object.values(step.outputs))
    .map((output) => /^(\w+)\/(.*)$/s.exec(output))
    .map((match) => ({ noun: match?.[1] ?? '', name: match?.[2] ?? '' }))
    .filter(({ noun }) => noun !== '')
}
