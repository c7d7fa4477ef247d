/** `65_000` → `1:05`; from an hour on `1:02:03`. With `frames` also the frame inside the second: `1:05:12`. */
export function formatTime(ms: number): string {
  const totalS = Math.max(0, Math.floor(ms / 1000))
  const hours = Math.floor(totalS / 3600)
  const minutes = Math.floor((totalS % 3600) / 60)
  const seconds = String(totalS % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`
}

/** `65_120` → `1:05.12`: hundredths, for places where a frame counts. */
export function formatExactTime(ms: number): string {
  const hundredths = Math.floor((Math.max(0, ms) % 1000) / 10)
  return `${formatTime(ms)}.${String(hundredths).padStart(2, '0')}`
}

/** `65_000` → `1 min 5 s`; for lengths in sentences. */
export function formatLength(ms: number): string {
  const totalS = Math.max(0, Math.round(ms / 1000))
  if (totalS < 60) return `${totalS} s`
  const minutes = Math.floor(totalS / 60)
  if (minutes < 60) return totalS % 60 === 0 ? `${minutes} min` : `${minutes} min ${totalS % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** `1_500_000` → `1.5 MB`, in the reader's number style. */
export function formatBytes(sizeBytes: number, locale?: string): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = sizeBytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1
  return `${value.toLocaleString(locale, { maximumFractionDigits: digits })} ${units[unit]}`
}

/** A moment in the reader's style with the zone shown: `21 Nov 2026, 14:05 CET`. */
export function formatMoment(iso: string): string {
  return new Date(iso).toLocaleString(undefined, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  })
}

const steps: Array<[Intl.RelativeTimeFormatUnit, number]> = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** `2 hours ago`, in the reader's language; `now` within the last minute. */
export function formatAgo(iso: string, nowMs: number = Date.now(), locale?: string): string {
  const elapsedMs = new Date(iso).getTime() - nowMs
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  for (const [unit, lengthMs] of steps) {
    if (Math.abs(elapsedMs) >= lengthMs) return format.format(Math.round(elapsedMs / lengthMs), unit)
  }
  return format.format(0, 'second')
}
