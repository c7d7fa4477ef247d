import type { Writable } from 'node:stream'

/** How a command reports that it is getting on. Percent is 0 to 100 and never shown going back. */
export type Progress = {
  update(percent: number, note?: string): void
  /** Ends the bar; without a note it says what it said last. */
  done(note?: string): void
}

type Terminal = Pick<Writable, 'write'> & { isTTY?: boolean; columns?: number }

const barWidth = 24
const redrawMs = 80

/** JSON lines `{"progress":label,"percent","note"}`, at most one per whole percent and note. */
export function jsonProgress(out: Terminal, label: string): Progress {
  let last = ''
  let high = 0
  const line = (percent: number, note?: string) => {
    high = Math.max(high, clamp(percent))
    const text = JSON.stringify({ progress: label, percent: Math.floor(high), ...(note ? { note } : {}) })
    if (text !== last) out.write(`${text}\n`)
    last = text
  }
  return { update: line, done: (note) => line(100, note) }
}

/** One line that redraws itself in place: `Cutting  ████████░░░░  67 %  clip 2 of 3`. */
export function barProgress(out: Terminal, label: string, now: () => number = Date.now): Progress {
  let drawnAt = Number.NEGATIVE_INFINITY
  let high = 0
  let lastNote: string | undefined
  const draw = (end: string) => {
    const full = Math.round((high / 100) * barWidth)
    const bar = '█'.repeat(full) + '░'.repeat(barWidth - full)
    const text = `${label}  ${bar} ${String(Math.floor(high)).padStart(3)} %${lastNote ? `  ${lastNote}` : ''}`
    out.write(`\r\u001B[2K${text.slice(0, Math.max(20, (out.columns || 80) - 1))}${end}`)
  }
  return {
    update(percent, note) {
      high = Math.max(high, clamp(percent))
      const isNews = note !== lastNote
      lastNote = note ?? lastNote
      if (!isNews && now() - drawnAt < redrawMs) return
      drawnAt = now()
      draw('')
    },
    done(note) {
      high = 100
      lastNote = note ?? lastNote
      draw('\n')
    },
  }
}

/** Progress that nobody watches. */
export function noProgress(): Progress {
  return { update: () => undefined, done: () => undefined }
}

/** The kind of progress that suits how the command was called. */
export function chooseProgress(out: Terminal, mode: 'auto' | 'json' | 'none', label: string): Progress {
  if (mode === 'json') return jsonProgress(out, label)
  if (mode === 'none' || !out.isTTY) return noProgress()
  return barProgress(out, label)
}

function clamp(percent: number): number {
  return Number.isFinite(percent) ? Math.min(100, Math.max(0, percent)) : 0
}
