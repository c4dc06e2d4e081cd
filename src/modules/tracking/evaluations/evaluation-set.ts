import type { Json, JsonObject } from '../../../kernel/json.ts'
import type { ForeignNames } from '../foreign-names.ts'
import type { Tags } from '../model.ts'

/** Cases to evaluate an application with: what goes in, and what is expected to come out. Unlike a dataset version it grows. */
export interface EvaluationSet {
  readonly id: string
  readonly name: string
  readonly tags: Tags
  /** Experiments whose evaluations it belongs to. */
  readonly experimentIds: readonly string[]
  readonly fields: FieldTypes | undefined
  readonly recordCount: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly createdBy?: string
  readonly updatedBy?: string
}

export interface EvaluationRecord {
  readonly id: string
  readonly inputs: JsonObject
  readonly outputs?: Json
  readonly expectations?: JsonObject
  readonly tags?: JsonObject
  /** Where the case comes from: a trace, a person, code. */
  readonly source?: JsonObject
  readonly createdAt: number
  readonly updatedAt: number
  readonly createdBy?: string
  readonly updatedBy?: string
}

export type NewEvaluationRecord = Partial<
  Pick<EvaluationRecord, 'outputs' | 'expectations' | 'tags' | 'source' | 'createdBy'>
> &
  Pick<EvaluationRecord, 'inputs'>

export interface EvaluationSetQuery extends ForeignNames {
  readonly experimentIds?: readonly string[] | undefined
  readonly filter?: string | undefined
  readonly orderBy?: readonly string[] | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

/** The type of each field that the cases have had; outputs that are no object have one type. */
export interface FieldTypes {
  readonly inputs: Readonly<Record<string, string>>
  readonly outputs: Readonly<Record<string, string>> | string
  readonly expectations: Readonly<Record<string, string>>
}

const noFields: FieldTypes = { inputs: {}, outputs: {}, expectations: {} }

/** The types with those of more cases; a field keeps the type it had first. */
export function withFields(before: FieldTypes | undefined, records: readonly NewEvaluationRecord[]): FieldTypes {
  return records.reduce((types, { inputs, outputs, expectations }) => {
    const merged = (known: Readonly<Record<string, string>>, value: JsonObject) => ({ ...typesOf(value), ...known })
    return {
      inputs: merged(types.inputs, inputs),
      outputs: outputTypes(types.outputs, outputs),
      expectations: merged(types.expectations, expectations ?? {}),
    }
  }, before ?? noFields)
}

function outputTypes(known: FieldTypes['outputs'], outputs: Json | undefined): FieldTypes['outputs'] {
  if (outputs === undefined || outputs === null || typeof known === 'string') return known
  if (isObject(outputs)) return { ...typesOf(outputs), ...known }
  return Object.keys(known).length === 0 ? typeOf(outputs) : known
}

function typesOf(value: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, typeOf(own)]))
}

function typeOf(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'float'
  return typeof value
}

export function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
