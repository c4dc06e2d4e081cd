/** The command tree as light data: loading it costs no schema and no server code. Generated; see manifest-of.ts. */
export interface Manifest {
  readonly operations: readonly ManifestOperation[]
  /** Settings of the server, as flags of the commands that read them. */
  readonly settings: readonly FieldSpec[]
}

export interface ManifestOperation {
  /** `models.versions.create` */
  readonly name: string
  /** `['models', 'versions', 'create']` */
  readonly words: readonly string[]
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly summary: string
  readonly description?: string
  /** Names of fields taken by position. */
  readonly args: readonly string[]
  readonly fields: readonly FieldSpec[]
  readonly examples: readonly string[]
  readonly isPaged?: boolean
  /** The operation brings its own text form. */
  readonly hasRender?: boolean
  readonly isDeprecated?: boolean
}

/**
 * How the text of a flag becomes a value: `map` is `key=value` (repeated) or a JSON object, `list` is the flag repeated or a
 * JSON array, `json` is JSON or `@file`, `any` is JSON when it parses and text when it does not.
 */
export type FieldKind = 'text' | 'number' | 'boolean' | 'map' | 'json' | 'any'

export interface FieldSpec {
  readonly name: string
  readonly kind: FieldKind
  readonly isList?: boolean
  readonly isRequired?: boolean
  readonly choices?: readonly string[]
  readonly fallback?: string
  readonly doc?: string
  /** A setting: its value is judged with the whole configuration, so that all problems are told at once. */
  readonly isSetting?: true
}

/** `experimentId` -> `experiment-id`, `log.level` -> `log-level`: a field's name in flags and usage lines. */
export function flagOf(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('.', '-')
    .toLowerCase()
}
