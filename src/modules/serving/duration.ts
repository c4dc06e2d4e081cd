import { z } from 'zod'
import { defineErrors, type Joined } from '../../kernel/errors.ts'

export const durationErrors = defineErrors({
  duration_invalid: ['invalid', '"{text}" is no time span.', 'A number with s, m, h or d: 24h, 90m, 7d.'],
})

declare module '../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof durationErrors> {}
}

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

const Duration = z
  .string()
  .regex(/^\d{1,6}[smhd]$/)
  .transform((text) => Number(text.slice(0, -1)) * units[text.at(-1) as keyof typeof units])

/** `24h`, `90m`, `7d` in milliseconds. Throws `duration_invalid`. */
export function readDuration(text: string): number {
  const parsed = Duration.safeParse(text)
  if (!parsed.success) throw durationErrors.duration_invalid({ text })
  return parsed.data
}
