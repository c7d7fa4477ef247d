import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Receipt, cutClip } from '../src/capabilities/clips/index.ts'
import { runMediaChild } from '../src/platform/ffmpeg/child.ts'
import { benchHlsClips } from './hls-clips.ts'
import { type Line, toTable } from './line.ts'

type Recording = { seconds: number; path: string; size?: { width: number; height: number } }

const recording: Recording = { seconds: 600, path: 'ten-minutes.mp4' }
/** Small pictures, so that three hours take half a gigabyte and not twenty. */
const size = { width: 320, height: 180 }
const tenMinutesSmall: Recording = { seconds: 600, path: 'ten-minutes-small.mp4', size }
const threeHoursSmall: Recording = { seconds: 3 * 3600, path: 'three-hours-small.mp4', size }
/** Starts in the middle of a group of pictures, as cuts do. */
const fromMs = 301_033

/**
 * Exact clips of a 10 min 1080p30 recording against encoding the same clip as a whole and against a plain copy, in
 * CPU seconds of the media process, checks included. Makes its own recordings in a temporary folder. The short form
 * has one length of clip only.
 */
export async function benchClips(options: { isShort?: boolean } = {}): Promise<Line[]> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-clips-'))
  try {
    const source = await make(dir, recording)
    const rows: Line[] = []
    const lengths: Array<[seconds: number, target: number]> = [
      [60, 0.1],
      [10, 0.45],
      [2, 1.05],
    ]
    for (const [lengthS, target] of options.isShort ? lengths.slice(1, 2) : lengths) {
      const cut = (mode: 'exact' | 'encode' | 'copy', encodeAudio = false): Promise<Receipt> =>
        cutClip({
          sourcePath: source,
          outPath: join(dir, 'clip.mp4'),
          startMs: fromMs,
          endMs: fromMs + lengthS * 1000,
          mode,
          encodeAudio,
          nice: 0,
        })
      const exact = await cut('exact')
      const withSound = await cut('exact', true)
      const whole = await cut('encode', true)
      const copy = await cut('copy')
      const name = `${lengthS} s clip of 10 min 1080p30`
      rows.push(
        cpu(`${name}, exact, sound copied`, exact),
        ratio(`${name}, exact, sound copied`, exact, whole, target),
      )
      rows.push(
        cpu(`${name}, exact, sound encoded`, withSound),
        ratio(`${name}, exact, sound encoded`, withSound, whole, target),
      )
      rows.push(cpu(`${name}, encoded as a whole`, whole))
      rows.push(cpu(`${name}, plain copy`, copy), ratio(`${name}, plain copy`, copy, whole))
      if (lengthS === 60) rows.push({ what: `${name}: bytes read`, value: exact.bytesRead / 1e6, unit: 'MB' })
    }
    if (options.isShort) return [...rows, ...(await benchHlsClips(dir, { tenMinutes: source }))]
    const [tenMinutes, threeHours] = [await make(dir, tenMinutesSmall), await make(dir, threeHoursSmall)]
    rows.push(await benchLength(dir, { tenMinutes, threeHours }))
    rows.push(...(await benchHlsClips(dir, { tenMinutes, threeHours })))
    return rows
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** The same clip from three hours: a cut must not read what it does not show. */
async function benchLength(
  dir: string,
  { tenMinutes, threeHours }: { tenMinutes: string; threeHours: string },
): Promise<Line> {
  const wallOf = async (sourcePath: string) => {
    const range = { startMs: fromMs, endMs: fromMs + 60_000 }
    const times: number[] = []
    for (let turn = 0; turn < 3; turn++) {
      const startedAt = performance.now()
      await cutClip({ sourcePath, outPath: join(dir, 'clip.mp4'), ...range, nice: 0 })
      times.push(performance.now() - startedAt)
    }
    return times.sort((a, b) => a - b)[1]!
  }
  const value = (await wallOf(threeHours)) / (await wallOf(tenMinutes))
  return {
    what: '60 s clip out of 3 h: wall time',
    value,
    unit: '× the 10 min one',
    ...judge(value, 1.2),
  }
}

async function make(dir: string, { path, seconds, size: drawn }: Recording): Promise<string> {
  const out = join(dir, path)
  await runMediaChild({
    entry: new URL('./make-recording-child.ts', import.meta.url),
    job: { path: out, seconds, size: drawn },
    nice: 0,
    stallMs: 600_000,
  })
  return out
}

function cpu(what: string, { cpuMs }: Receipt): Line {
  return { what, value: cpuMs / 1000, unit: 'CPU s' }
}

function ratio(what: string, clip: Receipt, whole: Receipt, target?: number): Line {
  const value = clip.cpuMs / whole.cpuMs
  return {
    what,
    value,
    unit: 'of a full re-encode',
    ...judge(value, target),
    ...(clip.fallback ? { note: clip.fallback } : {}),
  }
}

function judge(value: number, target?: number): Pick<Line, 'target' | 'isMet'> {
  return target === undefined ? {} : { target: `≤ ${target}`, isMet: value <= target }
}

if (import.meta.main) process.stdout.write(`${toTable(await benchClips())}\n`)
