import { median } from './rounds.ts'

export interface Compared {
  readonly what: string
  /** One number a round, without and with what is measured. */
  readonly before: readonly number[]
  readonly after: readonly number[]
  readonly target: string
}

export const tableHead = '| | without | with | ratio of the medians | target |\n|---|---|---|---|---|'

/** A line of the table. */
export function compare({ what, before, after, target }: Compared): void {
  const [a, b] = [median(before), median(after)]
  console.log(`| ${what} | ${show(a)} | ${show(b)} | ${(b / a).toFixed(2)} | ${target} |`)
}

export function show(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : value.toFixed(value < 10 ? 2 : 1)
}
