import { filterErrors, filterProblem, type Token, tokenize } from './filter-tokens.ts'

/**
 * The filter language of every search:
 *
 *     filter     := term ( OR term )*            term   := factor ( AND factor )*
 *     factor     := NOT factor | ( filter ) | condition
 *     condition  := field operator value | field [NOT] IN ( value, … ) | field [NOT] LIKE|ILIKE text | field IS [NOT] NULL
 *     field      := [entity .] key | min|max ( field )      key := word | `any text` | "any text"
 *     operator   := = != < <= > >=               value  := number | 'text' | "text"
 *
 * Keywords in any case; AND binds tighter than OR. Parsing is pure; platform/db turns the tree into SQL.
 */
export type Filter = Group | Negation | Condition

export interface Group {
  readonly kind: 'and' | 'or'
  readonly parts: readonly Filter[]
}

export interface Negation {
  readonly kind: 'not'
  readonly part: Filter
}

export interface Condition {
  readonly kind: 'condition'
  readonly field: Field
  readonly operator: Operator
  /** A list for IN, absent for IS NULL. */
  readonly value: FilterValue | readonly FilterValue[] | undefined
  readonly valueAt: number
}

export interface Field {
  /** `metrics` of `metrics.loss`; absent for a bare word. */
  readonly entity: string | undefined
  readonly key: string
  readonly aggregate: 'min' | 'max' | undefined
  readonly at: number
}

export type FilterValue = string | number
export type Operator =
  | ('=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE' | 'ILIKE' | 'IN' | 'IS NULL')
  | ('NOT LIKE' | 'NOT ILIKE' | 'NOT IN' | 'IS NOT NULL')

const maxDepth = 50
// Each condition is looked up in every row that the others leave, so a filter without end would hold up everybody else.
const maxConditions = 100
const maxValues = 10_000
const maxLength = 1_000_000

/** Undefined for an empty filter. Throws `filter_invalid`, which points at the character. */
export function parseFilter(text: string | undefined): Filter | undefined {
  if (text === undefined || text.trim() === '') return undefined
  if (text.length > maxLength) throw filterProblem(text, maxLength, `it is longer than ${maxLength} characters`)
  const reader = new Reader(text)
  const filter = parseOr(reader, 0)
  if (reader.peek().kind !== 'end') reader.fail('expected AND, OR or the end')
  return filter
}

class Reader {
  readonly text: string
  readonly #tokens: readonly Token[]
  #next = 0
  #conditions = 0

  constructor(text: string) {
    this.text = text
    this.#tokens = tokenize(text)
  }

  peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', at: this.text.length }
  }

  take(): Token {
    const token = this.peek()
    this.#next++
    return token
  }

  /** Takes the next token when it is this keyword or sign. */
  accept(text: string): boolean {
    const token = this.peek()
    const isIt = (token.kind === 'word' || token.kind === 'punctuation') && token.text.toUpperCase() === text
    if (isIt) this.#next++
    return isIt
  }

  expect(text: string): void {
    if (!this.accept(text)) this.fail(`expected ${text}`)
  }

  /** Counts one more condition. */
  count(): void {
    this.#conditions++
    if (this.#conditions > maxConditions)
      this.fail(`more than ${maxConditions} conditions; compare with IN (…) instead`)
  }

  fail(problem: string, token: Token = this.peek()): never {
    const found = token.kind === 'end' ? 'the end' : `"${token.text}"`
    throw filterProblem(this.text, token.at, `${problem}, found ${found}`)
  }
}

function parseOr(reader: Reader, depth: number): Filter {
  return parseGroup(reader, 'or', () => parseGroup(reader, 'and', () => parseFactor(reader, depth)))
}

function parseGroup(reader: Reader, kind: 'and' | 'or', part: () => Filter): Filter {
  const first = part()
  const parts = [first]
  while (reader.accept(kind.toUpperCase())) parts.push(part())
  return parts.length === 1 ? first : { kind, parts }
}

function parseFactor(reader: Reader, depth: number): Filter {
  if (depth > maxDepth) reader.fail(`more than ${maxDepth} parentheses inside each other`)
  if (reader.accept('NOT')) return { kind: 'not', part: parseFactor(reader, depth + 1) }
  if (!reader.accept('(')) return parseCondition(reader)
  const inner = parseOr(reader, depth + 1)
  reader.expect(')')
  return inner
}

function parseCondition(reader: Reader): Condition {
  reader.count()
  const field = parseField(reader)
  const valueAt = () => reader.peek().at
  if (reader.accept('IS')) {
    const operator = reader.accept('NOT') ? 'IS NOT NULL' : 'IS NULL'
    reader.expect('NULL')
    return { kind: 'condition', field, operator, value: undefined, valueAt: valueAt() }
  }
  const isNegated = reader.accept('NOT')
  if (reader.accept('IN')) {
    const at = valueAt()
    return { kind: 'condition', field, operator: isNegated ? 'NOT IN' : 'IN', value: parseList(reader), valueAt: at }
  }
  for (const like of ['LIKE', 'ILIKE'] as const) {
    if (!reader.accept(like)) continue
    const at = valueAt()
    const operator = isNegated ? (`NOT ${like}` as const) : like
    return { kind: 'condition', field, operator, value: parseValue(reader), valueAt: at }
  }
  if (isNegated) reader.fail('expected IN, LIKE or ILIKE after NOT')
  const operator = parseOperator(reader)
  const at = valueAt()
  return { kind: 'condition', field, operator, value: parseValue(reader), valueAt: at }
}

function parseOperator(reader: Reader): Operator {
  const token = reader.take()
  if (token.kind !== 'operator') reader.fail('expected a comparison such as = or >', token)
  if (token.text === '==') return '='
  return (token.text === '<>' ? '!=' : token.text) as Operator
}

function parseField(reader: Reader): Field {
  const token = reader.take()
  if (token.kind === 'backtick' || token.kind === 'string') {
    return { entity: undefined, key: token.text, aggregate: undefined, at: token.at }
  }
  if (token.kind !== 'word') reader.fail('expected a field such as metrics.loss', token)
  const name = token.text.toLowerCase()
  if ((name === 'min' || name === 'max') && reader.accept('(')) {
    const inner = parseField(reader)
    reader.expect(')')
    return { ...inner, aggregate: name, at: token.at }
  }
  const dot = token.text.indexOf('.')
  if (dot > 0) {
    return { entity: token.text.slice(0, dot), key: token.text.slice(dot + 1), aggregate: undefined, at: token.at }
  }
  if (!reader.accept('.')) return { entity: undefined, key: token.text, aggregate: undefined, at: token.at }
  const key = reader.take()
  if (key.kind !== 'backtick' && key.kind !== 'string' && key.kind !== 'word') reader.fail('expected a key', key)
  return { entity: token.text, key: key.text, aggregate: undefined, at: token.at }
}

function parseList(reader: Reader): FilterValue[] {
  reader.expect('(')
  const values = [parseValue(reader)]
  while (reader.accept(',')) {
    if (reader.peek().text === ')') break
    if (values.length === maxValues) reader.fail(`more than ${maxValues} values in one list`)
    values.push(parseValue(reader))
  }
  reader.expect(')')
  return values
}

function parseValue(reader: Reader): FilterValue {
  const token = reader.take()
  if (token.kind === 'string') return token.text
  if (token.kind === 'number') return Number(token.text)
  return reader.fail('expected a number or a text in quotes', token)
}

export interface Order {
  readonly field: Field
  readonly direction: 'asc' | 'desc'
}

/** Reads `metrics.loss DESC`; ascending when nothing is said. Throws `order_invalid`. */
export function parseOrder(text: string): Order {
  const match = /^\s*(.+?)(?:\s+(asc|desc))?\s*$/is.exec(text)
  if (match?.[1] === undefined) throw filterErrors.order_invalid({ order: text, problem: 'it is empty' })
  const reader = new Reader(match[1])
  const field = parseField(reader)
  if (reader.peek().kind !== 'end') {
    throw filterErrors.order_invalid({ order: text, problem: `"${reader.peek().text}" was not expected` })
  }
  return { field, direction: match[2]?.toLowerCase() === 'desc' ? 'desc' : 'asc' }
}
