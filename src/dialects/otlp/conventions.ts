import type { Tags, TraceFacts } from '../../modules/tracking/index.ts'
import type { SentSpan } from './sent-span.ts'

/**
 * What the attributes of a trace's first span say about the trace as a whole, by the conventions in use: MLflow's own
 * names, OpenInference (`input.value`) and OpenTelemetry's for generative models.
 */

const inputs = ['mlflow.spanInputs', 'input.value', 'gen_ai.input.messages', 'gen_ai.prompt']
const outputs = ['mlflow.spanOutputs', 'output.value', 'gen_ai.output.messages', 'gen_ai.completion']
const metadata = [
  ['mlflow.trace.session', ['session.id', 'gen_ai.conversation.id', 'mlflow.trace.session']],
  ['mlflow.trace.user', ['user.id', 'enduser.id', 'mlflow.trace.user']],
] as const
const tagPrefix = 'mlflow.traceTag.'
const previewLength = 1000

export function factsOf(spans: readonly SentSpan[]): Map<string, TraceFacts> {
  const roots = spans.filter((span) => span.parentId === '')
  return new Map(roots.map((root) => [`tr-${root.traceId}`, readFacts(root)]))
}

function readFacts({ attributes }: SentSpan): TraceFacts {
  const first = (keys: readonly string[]) => {
    const key = keys.find((one) => attributes.has(one))
    return key === undefined ? undefined : plain(attributes.get(key) ?? '')
  }
  return {
    requestPreview: first(inputs)?.slice(0, previewLength),
    responsePreview: first(outputs)?.slice(0, previewLength),
    tags: tagsOf(attributes),
    metadata: Object.fromEntries(
      metadata.flatMap(([key, sources]) => {
        const value = first(sources)
        return value === undefined ? [] : [[key, value.slice(0, 250)]]
      }),
    ),
  }
}

function tagsOf(attributes: ReadonlyMap<string, string>): Tags {
  const tags: Tags = {}
  for (const [key, value] of attributes) {
    if (key.startsWith(tagPrefix)) tags[key.slice(tagPrefix.length, tagPrefix.length + 250)] = plain(value)
  }
  return tags
}

/** A text of JSON as people read it: a string without its quotes. */
function plain(json: string): string {
  return json.startsWith('"') ? String(JSON.parse(json)) : json
}
