import { createLevelMeter } from './level-meter.ts'
import { createMetadataRows } from './metadata-rows.ts'
import type { LevelsOutput, MetadataOutput, OutputResult, PacketsResult } from './plan.ts'

/** Turns the bytes of one pipe of FFmpeg's program into the result of its output. */
export type PipeReader = { add(bytes: Buffer): void; finish(): OutputResult }

/** Reads what the `metadata=print` filter writes. */
export function readMetadata(output: MetadataOutput): PipeReader {
  const rows = createMetadataRows(output)
  let timeMs: number | undefined
  let values = new Map<string, string>()
  const close = () => {
    if (timeMs !== undefined) rows.add(timeMs, (key) => values.get(key))
    values = new Map()
  }
  const lines = splitLines((line) => {
    const frame = /^frame:.*pts_time:(\S+)/.exec(line)
    if (frame) {
      close()
      timeMs = Number.parseFloat(frame[1]!) * 1000
      return
    }
    const at = line.indexOf('=')
    if (at > 0) values.set(line.slice(0, at), line.slice(at + 1))
  })
  return {
    add: lines.add,
    finish() {
      lines.finish()
      close()
      return rows.finish()
    },
  }
}

/** Reads raw 32-bit float samples. */
export function readLevels(output: LevelsOutput): PipeReader {
  const meter = createLevelMeter(output)
  let rest = Buffer.alloc(0)
  return {
    add(bytes) {
      const all = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes
      const whole = all.length - (all.length % 4)
      const samples = new Float32Array(whole / 4)
      new Uint8Array(samples.buffer).set(all.subarray(0, whole))
      meter.add(samples)
      rest = Buffer.from(all.subarray(whole))
    },
    finish: () => ({ kind: 'levels', ...meter.finish() }),
  }
}

const keyFlag = 1

/** Reads the packet list that the `framecrc` muxer writes. */
export function readPackets(): PipeReader {
  const result: PacketsResult = { kind: 'packets', ptsMs: [], durationsMs: [], isKey: [], sizeBytes: 0 }
  let unitMs = 1
  const lines = splitLines((line) => {
    const base = /^#tb 0: (\d+)\/(\d+)/.exec(line)
    if (base) unitMs = (Number(base[1]) * 1000) / Number(base[2])
    if (line.startsWith('#')) return
    // stream, dts, pts, duration, size, checksum, and flags only when they are not just "key".
    const [, , pts = '', duration = '', size = '', , flags] = line.split(',').map((part) => part.trim())
    result.ptsMs.push(Number(pts) * unitMs)
    result.durationsMs.push(Number(duration) * unitMs)
    result.sizeBytes += Number(size)
    result.isKey.push(flags?.startsWith('F=') ? (Number(flags.slice(2)) & keyFlag) !== 0 : true)
  })
  return {
    add: lines.add,
    finish() {
      lines.finish()
      return result
    },
  }
}

/** Cuts pieces of text into lines. */
export function splitLines(take: (line: string) => void) {
  let rest = ''
  return {
    add(bytes: Buffer | string) {
      const parts = (rest + bytes.toString()).split('\n')
      rest = parts.pop() ?? ''
      for (const line of parts) if (line !== '') take(line)
    },
    finish() {
      if (rest !== '') take(rest)
      rest = ''
    },
  }
}
