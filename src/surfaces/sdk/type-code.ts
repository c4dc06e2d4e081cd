import { type JsonSchema, propertyName, typeText } from '../describe/index.ts'

/** A doc comment, or nothing. */
export function comment(lines: readonly (string | undefined)[], indent = ''): string {
  const text = lines.flatMap((line) => (line === undefined ? [] : line.replaceAll('*/', '* /').split('\n')))
  if (text.length === 0) return ''
  if (text.length === 1) return `${indent}/** ${text[0]} */\n`
  return `${indent}/**\n${text.map((line) => `${indent} *${line === '' ? '' : ` ${line}`}\n`).join('')}${indent} */\n`
}

/** `export interface Run { … }`, or a type alias when the shape has no fields of its own. */
export function declareType(name: string, schema: JsonSchema): string {
  const doc = comment([schema.description])
  if (schema.properties === undefined || schema.$ref !== undefined)
    return `${doc}export type ${name} = ${typeText(schema)}\n`
  return `${doc}export interface ${name} {\n${fieldsCode(schema)}}\n`
}

function fieldsCode(schema: JsonSchema): string {
  return Object.entries(schema.properties ?? {})
    .map(([name, field]) => {
      const mark = schema.required?.includes(name) ? '' : '?'
      return `${comment(notes(field), '  ')}  ${propertyName(name)}${mark}: ${typeText(field)}\n`
    })
    .join('')
}

function notes(field: JsonSchema): string[] {
  const standard = field.default === undefined ? undefined : `Default ${JSON.stringify(field.default)}.`
  const text = [field.description, standard].filter((part) => part !== undefined).join(' ')
  return text === '' ? [] : [text]
}
