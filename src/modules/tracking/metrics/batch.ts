import { z } from 'zod'
import type { FieldProblem } from '../../../kernel/errors.ts'
import { Tags, trackingErrors } from '../model.ts'
import { MetricValue } from './metric.ts'

/** What one call may log, and the rules its keys and values obey. */

export const maxKeyLength = 250
export const maxParamLength = 6000
export const maxTagLength = 8000

export const Metric = z.object({
  key: z.string().min(1).max(maxKeyLength),
  value: MetricValue,
  /** Default 0. */
  step: z.number().int().optional(),
  /** Epoch milliseconds; default now. */
  timestamp: z.number().int().optional(),
  /** The logged model that was measured, and the data it was measured on. */
  modelId: z.string().max(256).optional(),
  datasetName: z.string().max(500).optional(),
  datasetDigest: z.string().max(256).optional(),
})
/** In code `value` may also be NaN or infinite as a number. */
export type Metric = z.infer<typeof Metric>

export const Batch = z.object({
  metrics: z.array(Metric).max(10_000).optional(),
  params: Tags.optional(),
  tags: Tags.optional(),
})
export type Batch = z.infer<typeof Batch>

const keyPattern = /^[/\p{L}\p{N}_.\- :]*$/u

/** Why a metric, param or tag key is refused, or undefined when it is fine. A key must be its own normalized path. */
export function keyProblem(key: string): string | undefined {
  if (key === '') return 'it is empty'
  if (key === '__proto__') return 'it is reserved'
  if (key.length > maxKeyLength) return `it is longer than ${maxKeyLength} characters`
  if (!keyPattern.test(key)) return 'only letters, digits, _ - . space : and / are allowed'
  if (key.includes('/') || key.startsWith('.')) {
    const parts = key.split('/')
    if (parts.some((part) => part === '' || part === '.' || part === '..')) return 'it must be a plain relative path'
  }
  return undefined
}

/** Checks every key and length at once; throws `batch_invalid` that names each problem by its path. */
export function checkBatch(batch: Batch): void {
  const problems: FieldProblem[] = []
  const seen = new Set<string>()
  for (const [index, metric] of (batch.metrics ?? []).entries()) {
    if (seen.has(metric.key)) continue
    seen.add(metric.key)
    addProblem(problems, `metrics[${index}].key`, metric.key, keyProblem(metric.key))
  }
  checkPairs(problems, 'params', batch.params, maxParamLength)
  checkPairs(problems, 'tags', batch.tags, maxTagLength)
  throwIfAny(problems)
}

function checkPairs(problems: FieldProblem[], what: string, pairs: Tags | undefined, limit: number): void {
  for (const [key, value] of Object.entries(pairs ?? {})) {
    addProblem(problems, `${what}.${key}`, key, keyProblem(key))
    if (value.length > limit)
      addProblem(problems, `${what}.${key}`, value, `the value has ${value.length} characters; ${limit} are allowed`)
  }
}

function addProblem(problems: FieldProblem[], path: string, value: string, message: string | undefined): void {
  if (message !== undefined) problems.push({ path, message, value })
}

function throwIfAny(problems: readonly FieldProblem[]): void {
  if (problems.length === 0) return
  const text = problems
    .slice(0, 5)
    .map((problem) => `${problem.path}: ${problem.message}`)
    .join('; ')
  throw trackingErrors.batch_invalid({ problems: text }, { fields: problems })
}
