import { type JsonSchema, refName } from './description.ts'

/** A schema as a TypeScript type on one line: `Run[]`, `'a' | 'b'`, `{ path: string; sizeBytes?: number }`. */
export function typeText(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return refName(schema.$ref)
  if (schema.const !== undefined) return literal(schema.const)
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ')
  const options = schema.anyOf ?? schema.oneOf
  if (options !== undefined) return [...new Set(options.map(typeText))].join(' | ')
  if (schema.allOf !== undefined) return schema.allOf.map((part) => parenthesized(typeText(part))).join(' & ')
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeText({ ...schema, type })).join(' | ')
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type
    case 'number':
    case 'integer':
      return 'number'
    case 'array':
      return arrayText(schema)
    case 'object':
      return objectText(schema)
    default:
      return 'unknown'
  }
}

function arrayText({ items, prefixItems }: JsonSchema): string {
  if (prefixItems !== undefined) return `[${prefixItems.map(typeText).join(', ')}]`
  return `${parenthesized(items === undefined ? 'unknown' : typeText(items))}[]`
}

function objectText(schema: JsonSchema): string {
  const fields = Object.entries(schema.properties ?? {})
  if (fields.length > 0) return `{ ${fields.map(([name, field]) => fieldText(name, field, schema)).join('; ')} }`
  const value = typeof schema.additionalProperties === 'object' ? typeText(schema.additionalProperties) : 'unknown'
  return `Record<string, ${value}>`
}

function fieldText(name: string, field: JsonSchema, owner: JsonSchema): string {
  return `${propertyName(name)}${owner.required?.includes(name) ? '' : '?'}: ${typeText(field)}`
}

export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`
}

function parenthesized(text: string): string {
  return /[|&]/.test(text) && !text.startsWith('{') ? `(${text})` : text
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : JSON.stringify(value)
}
