import type { AppError } from '../../kernel/errors.ts'
import type { Json } from '../../kernel/json.ts'
import {
  type HttpAnswer,
  type HttpInference,
  header,
  type InferenceAnswer,
  type InferenceCore,
  inferenceErrors,
  invalidInput,
  predictionIdHeader,
  type Tensor,
} from '../../platform/inference/index.ts'
import { parseLoosely } from './loose-json.ts'
import { isRecord } from './tabular.ts'

/** What the JSON protocols have in common. */

export function jsonAnswer(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) }
}

/** What went wrong and what to do about it, for forms that have one text for both. */
export function withHint({ message, hint }: AppError): string {
  return hint === undefined ? message : `${message} ${hint}`
}

export function predictionAnswer(answer: InferenceAnswer, body: unknown): HttpAnswer {
  return jsonAnswer(body, 200, { [predictionIdHeader]: answer.predictionId })
}

/** The body as a JSON object. */
export function readObject(http: HttpInference): Record<string, unknown> {
  const value = parse(http.body.toString())
  if (!isRecord(value)) throw invalidInput('the body must be a JSON object')
  return value
}

function parse(text: string): unknown {
  try {
    return parseLoosely(text)
  } catch (error) {
    throw invalidInput(`the body is not valid JSON: ${error instanceof Error ? error.message : error}`)
  }
}

export interface Target {
  readonly model: string
  readonly version?: string | undefined
  /** The protocol's own id of the request. */
  readonly requestId?: string | undefined
  /** What it sets beside the inputs. */
  readonly params?: Readonly<Record<string, Json>> | undefined
}

export function infer(core: InferenceCore, http: HttpInference, call: Target & { readonly inputs: readonly Tensor[] }) {
  return core.infer({
    ...call,
    predictionId: header(http.headers, predictionIdHeader),
    metadata: http.headers,
    startedAt: http.startedAt,
    isAbandoned: http.isGone,
  })
}

/** For paths that name no model: the only deployment there is. */
export function onlyModel(core: InferenceCore): string {
  const [only, second] = core.models()
  if (only !== undefined && second === undefined) return only.name
  const names = core
    .models()
    .map((model) => model.name)
    .join(', ')
  throw inferenceErrors.inference_model_unnamed({ count: core.models().length, names: names || 'none' })
}
