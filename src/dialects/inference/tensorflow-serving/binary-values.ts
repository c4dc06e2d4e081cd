import { invalidInput } from '../../../platform/inference/index.ts'
import { isRecord } from '../tabular.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/

/** Every `{"b64": "…"}` as the text that it encodes, wherever it stands; the rest as it is. */
export function decodeBinary(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodeBinary)
  if (!isRecord(value)) return value
  const { b64, ...others } = value
  if (typeof b64 === 'string' && Object.keys(others).length === 0) return decode(b64)
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, decodeBinary(item)]))
}

function decode(text: string): string {
  if (!base64.test(text)) throw invalidInput(`the value {"b64": ${JSON.stringify(text.slice(0, 60))}} is not base64`)
  try {
    return utf8.decode(Buffer.from(text, 'base64'))
  } catch {
    throw invalidInput(`the value {"b64": ${JSON.stringify(text.slice(0, 60))}} is not UTF-8 once decoded`)
  }
}
