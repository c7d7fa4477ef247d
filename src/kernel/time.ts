import { defineErrors } from './errors.ts'

/** Frames per second as a fraction, such as 30000/1001. Never a decimal, which drifts over an hour. */
export type FrameRate = { num: number; den: number }

export const timeErrors = defineErrors('time', {
  invalid: {
    status: 422,
    retry: 'after-change',
    help: 'Write seconds (12.5), a clock time (00:00:12.500), frames (375f) or a timecode (00:00:12:15, with ";" before the frames for drop-frame).',
  },
})

/** Start of a frame in milliseconds, not rounded. */
export function frameToMs(frame: number, rate: FrameRate): number {
  return (frame * 1000 * rate.den) / rate.num
}

/** The frame whose start is nearest to a time. */
export function msToNearestFrame(ms: number, rate: FrameRate): number {
  return Math.round((ms * rate.num) / (rate.den * 1000))
}

/**
 * Reads a time as people and scripts write it and returns milliseconds, not rounded.
 * Frames and timecodes need the frame rate of the media they are about.
 */
export function parseTime(text: string, rate?: FrameRate): number {
  const trimmed = text.trim()
  if (/^\d+(\.\d+)?s?$/.test(trimmed)) return Number.parseFloat(trimmed) * 1000

  const clock = /^(?:(\d+):)?([0-5]?\d):([0-5]?\d(?:\.\d+)?)$/.exec(trimmed)
  if (clock) return (Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3])) * 1000

  const frames = /^(\d+)f$/.exec(trimmed)
  if (frames) return frameToMs(Number(frames[1]), needRate(trimmed, rate))

  const timecode = /^(\d+):([0-5]\d):([0-5]\d)([:;])(\d{2,3})$/.exec(trimmed)
  if (timecode) {
    const known = needRate(trimmed, rate)
    const [hours, minutes, seconds, frame] = [timecode[1], timecode[2], timecode[3], timecode[5]].map(Number)
    const parts = { hours: hours!, minutes: minutes!, seconds: seconds!, frame: frame! }
    return frameToMs(timecodeToFrame(trimmed, parts, timecode[4] === ';', known), known)
  }
  throw timeErrors.invalid(`"${text}" is not a time.`)
}

function needRate(text: string, rate: FrameRate | undefined): FrameRate {
  if (!rate) throw timeErrors.invalid(`"${text}" counts frames, and the frame rate is not known here.`)
  return rate
}

type TimecodeParts = { hours: number; minutes: number; seconds: number; frame: number }

function timecodeToFrame(text: string, parts: TimecodeParts, isDropFrame: boolean, rate: FrameRate): number {
  const nominal = Math.round(rate.num / rate.den)
  if (parts.frame >= nominal) {
    throw timeErrors.invalid(`"${text}" has frame ${parts.frame}, but there are only ${nominal} in a second.`)
  }
  const totalMinutes = parts.hours * 60 + parts.minutes
  const counted = (totalMinutes * 60 + parts.seconds) * nominal + parts.frame
  if (!isDropFrame) return counted
  const dropped = droppedPerMinute(text, rate)
  // SMPTE ST 12-1: the first numbers of each minute are skipped, except in minutes that divide by ten.
  if (parts.minutes % 10 !== 0 && parts.seconds === 0 && parts.frame < dropped) {
    throw timeErrors.invalid(`"${text}" does not exist: drop-frame timecode skips this number.`)
  }
  return counted - dropped * (totalMinutes - Math.floor(totalMinutes / 10))
}

function droppedPerMinute(text: string, rate: FrameRate): number {
  const nominal = Math.round(rate.num / rate.den)
  const isNtsc = nominal % 30 === 0 && Math.abs(rate.num / rate.den - (nominal * 1000) / 1001) < 0.001
  if (!isNtsc) throw timeErrors.invalid(`"${text}" is drop-frame, which exists only at 29.97 and 59.94 fps.`)
  return nominal / 15
}

/** `3723500` → `01:02:03.500`. Rounds to whole milliseconds. */
export function formatClock(ms: number): string {
  const whole = Math.round(ms)
  const [hours, minutes, seconds] = [whole / 3_600_000, (whole / 60_000) % 60, (whole / 1000) % 60].map(
    Math.floor,
  )
  return `${pad(hours!)}:${pad(minutes!)}:${pad(seconds!)}.${pad(whole % 1000, 3)}`
}

/** A length for people: `850 ms`, `12.5 s`, `1:02`, `1:02:03`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${Number((ms / 1000).toFixed(1))} s`
  const seconds = Math.round(ms / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  if (hours === 0) return `${minutes}:${pad(seconds % 60)}`
  return `${hours}:${pad(minutes)}:${pad(seconds % 60)}`
}

/** The timecode of a frame number; drop-frame (with `;`) only at 29.97 and 59.94 fps. */
export function formatTimecode(
  frame: number,
  rate: FrameRate,
  options: { dropFrame?: boolean } = {},
): string {
  const nominal = Math.round(rate.num / rate.den)
  let count = frame
  if (options.dropFrame) {
    const dropped = droppedPerMinute('timecode', rate)
    const perMinute = nominal * 60 - dropped
    const perTenMinutes = nominal * 600 - dropped * 9
    const tens = Math.floor(frame / perTenMinutes)
    const rest = frame % perTenMinutes
    const minutesInRest = rest < nominal * 60 ? 0 : 1 + Math.floor((rest - nominal * 60) / perMinute)
    count = frame + dropped * (tens * 9 + minutesInRest)
  }
  const seconds = Math.floor(count / nominal)
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((n) => pad(n))
    .join(':')
  return `${clock}${options.dropFrame ? ';' : ':'}${pad(count % nominal)}`
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, '0')
}
