import { z } from 'zod'
import { Schedule } from './schedule.ts'

/**
 * What a person writes: a pipeline as steps with named inputs and outputs. Stored as written; the graph is derived.
 */

/** Step names hold no dot, because `step/features.table` splits at it. */
const stepName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'a step name is letters, digits, "_" and "-", at most 64')
const portName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'a name here is letters, digits, "_" and "-", and begins with a letter')

export const PipelineName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._ -]{0,127}$/,
    'a name begins with a letter or digit and holds letters, digits, ". _ -" and spaces',
  )
  .describe('Name of the pipeline.')

/** Any JSON value: defaults of parameters and what a run overrides them with. */
export const Parameters = z
  .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/), z.json())
  .describe('Values by parameter name.')
export type Parameters = z.output<typeof Parameters>

export const StepDefinition = z.strictObject({
  name: stepName,
  run: z
    .union([z.string().min(1), z.array(z.string()).min(1)])
    .describe('Command as a list of words, or one shell line that `sh -c` runs.'),
  inputs: z
    .record(portName, z.string())
    .default({})
    .describe(
      '`dataset/<name>@<version>`, `model/<name>@<alias>` or `step/<step>.<output>`; a "?" at the end: optional.',
    ),
  outputs: z
    .record(portName, z.string())
    .default({})
    .describe('`dataset/<name>`, `model/<name>`, or `files` for what only later steps read.'),
  after: z.array(stepName).default([]).describe('Steps that must succeed first, beside those the inputs name.'),
  env: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string())
    .default({})
    .describe('Extra variables.'),
  retries: z.number().int().min(0).max(20).default(0).describe('How often a failed step is tried again.'),
  timeout: z
    .string()
    .regex(/^\d+(\.\d+)?(ms|s|m|h)$/, 'a duration such as "90s", "10m" or "2h"')
    .optional()
    .describe('The step is ended after this long: "90s", "10m", "2h".'),
  memory: z
    .string()
    .regex(/^\d+(\.\d+)?(MB|GB)$/, 'a size such as "512MB" or "2GB"')
    .optional()
    .describe('The step is killed beyond this resident memory: "512MB", "2GB".'),
  cache: z.boolean().default(true).describe('false: runs every time, even when nothing it reads has changed.'),
})
export type StepDefinition = z.output<typeof StepDefinition>

export const PipelineDefinition = z.strictObject({
  name: PipelineName,
  description: z.string().max(2000).optional(),
  parameters: Parameters.default({}),
  steps: z.array(StepDefinition).min(1).max(500),
  schedule: Schedule.optional(),
})
export type PipelineDefinition = z.output<typeof PipelineDefinition>
/** As typed by a caller: defaults not filled in yet. */
export type PipelineDefinitionInput = z.input<typeof PipelineDefinition>

const durationUnits = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const
const sizeUnits = { MB: 1024 ** 2, GB: 1024 ** 3 } as const

/** `"90s"` in milliseconds. */
export function durationMs(text: string): number {
  return Math.round(Number.parseFloat(text) * durationUnits[text.replace(/^[\d.]+/, '') as keyof typeof durationUnits])
}

/** `"512MB"` in bytes (units of 1024). */
export function sizeBytes(text: string): number {
  return Math.round(Number.parseFloat(text) * sizeUnits[text.replace(/^[\d.]+/, '') as keyof typeof sizeUnits])
}
