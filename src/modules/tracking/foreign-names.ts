import type { Field, FilterValue } from '../../kernel/filter.ts'

/** For searches in the words of another protocol: turns the fields of filter and order into ours. */
export interface ForeignNames {
  readonly fieldName?: ((field: Field) => Field) | undefined
}

/** Turns a value that a field of the filter, in our words, is compared with into ours. */
export type ForeignValue = (field: Field, value: FilterValue) => FilterValue
