import type { Trace } from '../ground/wire.ts'

type Assessment = Trace['assessments'][number]

/** True unless another judgment took its place. */
export function counts(assessment: Assessment): boolean {
  return assessment.body.valid !== false
}

/** What was judged of a trace, in one line. */
export function judgments({ assessments }: Pick<Trace, 'assessments'>): string {
  return assessments
    .filter(counts)
    .map(({ name, value }) => (value === undefined ? name : `${name}: ${value}`))
    .join(', ')
}

/** A text in the assessment's body, wherever its client put it. */
export function textIn(body: Assessment['body'], ...path: readonly string[]): string | undefined {
  let value: unknown = body
  for (const key of path)
    value = value !== null && typeof value === 'object' ? (value as Assessment['body'])[key] : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}
