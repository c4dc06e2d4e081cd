import type { RawRequest } from '../../kernel/route.ts'
import { invalid } from './wire-error.ts'
import { readJson } from './wire-json.ts'

/** The fields of one request: the JSON body, or the query of a GET. Unknown fields are ignored, as protobuf does. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>
  readonly #path: string

  constructor(values: Readonly<Record<string, unknown>>, path = '') {
    this.#values = values
    this.#path = path
  }

  static of(request: RawRequest): Fields {
    const values: Record<string, unknown> = {}
    for (const name of new Set(request.query.keys())) {
      const all = request.query.getAll(name)
      values[name] = all.length > 1 ? all : all[0]
    }
    return new Fields({ ...values, ...readJson(request.bytes), ...request.params })
  }

  raw(name: string): unknown {
    return this.#values[name] ?? undefined
  }

  names(): string[] {
    return Object.keys(this.#values)
  }

  /** The message as it came. */
  object(): Readonly<Record<string, unknown>> {
    return this.#values
  }

  text(name: string): string | undefined {
    const value = this.raw(name)
    if (value === undefined || typeof value === 'string') return value
    throw this.#wrong(name, value)
  }

  /** Undefined when it is missing or empty. */
  filled(name: string): string | undefined {
    return this.text(name) || undefined
  }

  required(name: string): string {
    const value = this.text(name)
    if (value === undefined || value === '') throw this.#missing(name)
    return value
  }

  /** May be empty, must be there. */
  present(name: string): string {
    const value = this.text(name)
    if (value === undefined) throw this.#missing(name)
    return value
  }

  int(name: string): number | undefined {
    const value = this.raw(name)
    if (value === undefined || value === '') return undefined
    const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
    if (typeof number !== 'number' || !Number.isInteger(number)) throw this.#wrong(name, value)
    // Beyond this a double, and so this server, cannot tell neighbors apart.
    if (!Number.isSafeInteger(number)) throw invalid(`${this.#at(name)} is beyond 2^53: ${value}`)
    return number
  }

  requiredInt(name: string): number {
    const value = this.int(name)
    if (value === undefined) throw this.#missing(name)
    return value
  }

  flag(name: string): boolean {
    const value = this.raw(name)
    return value === true || (typeof value === 'string' && value.toLowerCase() === 'true')
  }

  texts(name: string): string[] {
    return this.#list(name).map((value) => {
      if (typeof value === 'number') return String(value)
      if (typeof value !== 'string') throw this.#wrong(name, value)
      return value
    })
  }

  /** A list of messages; each knows its place for its own errors. */
  messages(name: string): Fields[] {
    return this.#list(name).map((value, index) => {
      if (value === null || typeof value !== 'object') throw this.#wrong(name, value)
      return new Fields(value as Record<string, unknown>, `${this.#at(name)}[${index}].`)
    })
  }

  message(name: string): Fields | undefined {
    const value = this.raw(name)
    if (value === undefined) return undefined
    if (value === null || typeof value !== 'object') throw this.#wrong(name, value)
    return new Fields(value as Record<string, unknown>, `${this.#at(name)}.`)
  }

  /** `[{key, value}]` as an object. Of a key that is there twice the last value counts. */
  pairs(name: string): Record<string, string> {
    const pairs: Record<string, string> = {}
    for (const pair of this.messages(name)) pairs[pair.required('key')] = pair.text('value') ?? ''
    return pairs
  }

  /** An enum by name or by number. */
  choice<const Names extends readonly string[]>(name: string, names: Names, first = 1): Names[number] | undefined {
    const value = this.raw(name)
    if (value === undefined || value === '') return undefined
    const named = typeof value === 'number' || /^\d+$/.test(String(value)) ? names[Number(value) - first] : value
    if (typeof named === 'string' && names.includes(named)) return named
    throw this.#wrong(name, value)
  }

  /** The size of a page: `fallback` when missing or 0. */
  limit(name: string, bounds: { readonly fallback: number; readonly most: number }): number {
    const value = this.int(name) ?? bounds.fallback
    if (value < 0)
      throw invalid(`Invalid value for request parameter ${name}. It must be at least 1, but got value ${value}`)
    if (value > bounds.most) {
      const message = `It must be at most ${bounds.most}, but got value ${value}`
      throw invalid(`Invalid value for request parameter ${name}. ${message}`)
    }
    return value === 0 ? bounds.fallback : value
  }

  #list(name: string): readonly unknown[] {
    const value = this.raw(name)
    if (value === undefined || value === '') return []
    return Array.isArray(value) ? value : [value]
  }

  #at(name: string): string {
    return this.#path + name
  }

  #missing(name: string): Error {
    return invalid(
      `Missing value for required parameter '${this.#at(name)}'. See the API docs for more information about request parameters.`,
    )
  }

  #wrong(name: string, value: unknown): Error {
    const shown = JSON.stringify(value)?.slice(0, 200)
    return invalid(`Invalid value ${shown} for parameter '${this.#at(name)}' supplied.`)
  }
}
