/** A value as people read it in a cell, by what its field's name promises: `…At` is a time, `…Bytes` a size, `…Ms` a duration. */
export function valueText(name: string, value: unknown, now: number): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return numberText(name, value, now)
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return value.join(', ')
  if (Array.isArray(value)) return `${value.length} ${value.length === 1 ? 'item' : 'items'}`
  return Object.entries(value)
    .map(([key, part]) => `${key}=${valueText(key, part, now)}`)
    .join(' ')
}

function numberText(name: string, value: number, now: number): string {
  // 1e11 ms is 1973: what is smaller is not a time of ours.
  if (/(At|^at|timestamp)$/.test(name) && value > 1e11) return agoText(value, now)
  if (/Bytes$/.test(name)) return bytesText(value)
  if (/Ms$/.test(name)) return durationText(value)
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)))
}

export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const step = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** step
  return `${step === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[step]}`
}

export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return `${minutes} min ${Math.round((ms % 60_000) / 1000)} s`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** `3 min ago` while that says enough, else the date. */
function agoText(at: number, now: number): string {
  const ms = now - at
  if (ms < 0 || ms > 7 * 86_400_000) return new Date(at).toISOString().slice(0, 16).replace('T', ' ')
  if (ms < 60_000) return `${Math.floor(ms / 1000)} s ago`
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ago`
  return ms < 86_400_000 ? `${Math.floor(ms / 3_600_000)} h ago` : `${Math.floor(ms / 86_400_000)} d ago`
}
