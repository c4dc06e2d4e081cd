/** What the texts in `inputs` and `outputs` of a step mean. Pure. */

export type InputRef =
  /** `ref` is what the dataset or model door resolves: `flights@latest`, `flight-delay@champion`, `flight-delay/3`. */
  | { readonly kind: 'dataset' | 'model'; readonly ref: string; readonly isOptional: boolean }
  | { readonly kind: 'step'; readonly step: string; readonly output: string; readonly isOptional: boolean }

export type OutputRef = { readonly kind: 'dataset' | 'model'; readonly name: string } | { readonly kind: 'files' }

/** Reads `dataset/flights@latest`, `model/flight-delay@champion?`, `step/features.table`; a text that says what is wrong. */
export function parseInput(text: string): InputRef | string {
  const isOptional = text.endsWith('?')
  const body = isOptional ? text.slice(0, -1) : text
  const slash = body.indexOf('/')
  const [kind, ref] = [body.slice(0, slash), body.slice(slash + 1)]
  if (slash <= 0 || ref === '')
    return `"${text}" is not understood; write dataset/<name>@<version>, model/<name>@<alias> or step/<step>.<output>`
  if (kind === 'dataset' || kind === 'model') return { kind, ref, isOptional }
  if (kind !== 'step') return `"${kind}" is not a kind of input; use dataset, model or step`
  const dot = ref.indexOf('.')
  if (dot <= 0 || dot === ref.length - 1) return `"${text}" names no output; write step/<step>.<output>`
  return { kind, step: ref.slice(0, dot), output: ref.slice(dot + 1), isOptional }
}

/** Reads `dataset/<name>`, `model/<name>` or `files`. */
export function parseOutput(text: string): OutputRef | string {
  if (text === 'files') return { kind: 'files' }
  const match = /^(dataset|model)\/([A-Za-z0-9][A-Za-z0-9._ -]{0,127})$/.exec(text)
  if (match?.[1] === undefined || match[2] === undefined)
    return `"${text}" is not understood; write dataset/<name>, model/<name> or files`
  return { kind: match[1] as 'dataset' | 'model', name: match[2] }
}

/** For definitions that were checked when they were stored. */
export function inputRef(text: string): InputRef {
  const ref = parseInput(text)
  if (typeof ref === 'string') throw new Error(ref)
  return ref
}

export function outputRef(text: string): OutputRef {
  const ref = parseOutput(text)
  if (typeof ref === 'string') throw new Error(ref)
  return ref
}
