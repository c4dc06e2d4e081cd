/** When a pipeline with a schedule is due. Pure, but for the library that knows cron and time zones. */
import { Cron } from 'croner'
import { z } from 'zod'

export const Schedule = z
  .strictObject({
    cron: z.string().describe('Five fields (minute first), or six with seconds first: "0 6 * * 1-5".'),
    timeZone: z.string().default('UTC').describe('Name of a time zone, such as Europe/Berlin.'),
    overlap: z
      .enum(['skip', 'allow'])
      .default('skip')
      .describe('skip: a time at which a scheduled run is still going is left out.'),
  })
  .describe('Starts runs by the clock. Times missed while the server was down are made up for by one run.')
export type Schedule = z.output<typeof Schedule>

/** The first time after `afterMs`, in epoch milliseconds; undefined when there is none. */
export function nextTime(schedule: Pick<Schedule, 'cron' | 'timeZone'>, afterMs: number): number | undefined {
  const cron = new Cron(schedule.cron, { timezone: schedule.timeZone, paused: true })
  return cron.nextRun(new Date(afterMs))?.getTime()
}

/** What is wrong with a schedule, for the person who wrote it. */
export function scheduleProblem(
  schedule: Schedule,
): { readonly path: 'cron' | 'timeZone'; readonly message: string } | undefined {
  const isZone = isTimeZone(schedule.timeZone)
  if (!isZone)
    return {
      path: 'timeZone',
      message: `there is no time zone "${schedule.timeZone}"; write one such as Europe/Berlin`,
    }
  try {
    // 2026: far from any limit of the calendar, and leap years lie ahead for 29 February.
    const isEver = nextTime(schedule, Date.UTC(2026, 0, 1)) !== undefined
    return isEver ? undefined : { path: 'cron', message: `"${schedule.cron}" never comes` }
  } catch (error) {
    const problem = (error instanceof Error ? error.message : String(error)).replace(/^CronPattern: /, '')
    return { path: 'cron', message: `"${schedule.cron}" is not a schedule: ${problem}` }
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
