/** Numbers, sizes, durations and times as people read them. Pure; every page uses these and no other. */

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** `1234567` -> `1.23 MB`; three significant digits, powers of 1000. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit]}`
}

const grouped = new Intl.NumberFormat('en-US')

/** `3000000` -> `3,000,000`. */
export function formatCount(count: number): string {
  return grouped.format(count)
}

/** `1 run`, `1,204 runs`: a count with its noun, which is given in the plural. */
export function formatCountOf(count: number, nouns: string): string {
  return `${formatCount(count)} ${count === 1 ? nouns.replace(/ies$/, 'y').replace(/(?<=tch)es$|s$/, '') : nouns}`
}

/** A measured value: four significant digits, without noise zeros; whole numbers whole. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞'
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return grouped.format(value)
  const size = Math.abs(value)
  if (size >= 1e6 || size < 1e-4) return value.toExponential(2)
  return String(Number(value.toPrecision(4)))
}

/** `0.1234` -> `12.3%`. */
export function formatPercent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits).replace(/\.0+$/, '')}%`
}

/** Milliseconds: `840 ms`, `3.2 s`, `4 min 10 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < 1) return `${Number(ms.toPrecision(2))} ms`
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0).replace(/\.0$/, '')} s`
  const pairs = [
    [86_400_000, 'd', 3_600_000, 'h'],
    [3_600_000, 'h', 60_000, 'min'],
    [60_000, 'min', 1000, 's'],
  ] as const
  const [big, bigName, small, smallName] = pairs.find(([unit]) => ms >= unit) ?? pairs[2]
  const rest = Math.floor((ms % big) / small)
  return `${Math.floor(ms / big)} ${bigName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`
}

/** How long ago, or how soon: `just now`, `12 s ago`, `3 min ago`, `in 2 h`, `4 d ago`; older ones are dates. */
export function formatRelative(at: number, now: number): string {
  const distance = Math.abs(now - at)
  if (distance < 5000) return 'just now'
  if (distance > 30 * 86_400_000) return new Date(at).toLocaleDateString('en-CA')
  const steps = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1000, 's'],
  ] as const
  const [unit, name] = steps.find(([size]) => distance >= size) ?? steps[3]
  const text = `${Math.floor(distance / unit)} ${name}`
  return at > now ? `in ${text}` : `${text} ago`
}

/** `2026-11-21 08:15:42.120`, in the reader's time zone. */
export function formatTime(at: number): string {
  const date = new Date(at)
  const pad = (value: number, length = 2) => String(value).padStart(length, '0')
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
  return `${day} ${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`
}

/** `run_01k9…x7qd`: enough to tell ids apart by eye. Digests keep their first 12 characters. */
export function shortId(id: string): string {
  if (/^[0-9a-f]{32,}$/.test(id)) return id.slice(0, 12)
  const match = /^([a-z]+_)[0-9a-z]{22}([0-9a-z]{4})$/.exec(id)
  return match === null ? id : `${match[1]}…${match[2]}`
}
