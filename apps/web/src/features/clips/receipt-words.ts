import type { Clip } from '../../api/shapes.ts'
import { formatBytes } from '../../ui/format.ts'
import { clipMessages } from './messages.ts'

const m = clipMessages.receiptWords

type Receipt = Pick<
  NonNullable<Clip['receipt']>,
  'frames' | 'requestedFrames' | 'copiedMs' | 'encodedMs' | 'avOffsetMs' | 'cpuMs' | 'bytesRead' | 'fallback'
>

/** A cut's receipt as sentences that need no knowledge of video. */
export function receiptSentences(receipt: Receipt): string[] {
  const { frames, requestedFrames, copiedMs, encodedMs, avOffsetMs, cpuMs, bytesRead, fallback } = receipt
  const sentences = [frames === requestedFrames ? m.exact(frames) : m.differs(frames, requestedFrames)]
  if (copiedMs > 0 && encodedMs > 0) sentences.push(m.mixed(seconds(copiedMs), seconds(encodedMs)))
  else if (copiedMs > 0) sentences.push(m.copied(seconds(copiedMs)))
  else sentences.push(m.encoded(seconds(encodedMs)))
  // Below 20 ms nobody can see or hear a difference (ITU-R BT.1359 puts the threshold at 45 ms).
  sentences.push(Math.abs(avOffsetMs) < 20 ? m.inSync : m.sync(Math.round(Math.abs(avOffsetMs))))
  sentences.push(m.cost(seconds(cpuMs), formatBytes(bytesRead)))
  if (fallback) sentences.push(m.fallback(fallback))
  return sentences
}

function seconds(ms: number): string {
  return `${(ms / 1000).toLocaleString(undefined, { maximumFractionDigits: ms < 10_000 ? 2 : 1 })} s`
}
