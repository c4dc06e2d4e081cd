/** `iris@champion` for `iris` and `@champion` or `champion`, `iris/3` for `3`; ids and whole references stay. */
export function fullRef(model: string, ref: string): string {
  if (/^mdv_/.test(ref) || ref.startsWith(`${model}@`) || ref.startsWith(`${model}/`)) return ref
  if (/^\d+$/.test(ref)) return `${model}/${ref}`
  return `${model}@${ref.replace(/^@/, '')}`
}
