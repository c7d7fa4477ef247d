import type { Clip } from '../../api/shapes.ts'
import { formatBytes, formatExactTime } from '../../ui/format.ts'
import { clipMessages } from './messages.ts'

const m = clipMessages.receiptFacts

/** Everything that a cut proves about itself, as numbers. */
export function ReceiptFacts({ clip, receipt }: { clip: Clip; receipt: NonNullable<Clip['receipt']> }) {
  const { seamCheck, parts } = receipt
  const facts: [string, string][] = [
    [m.frames, `${receipt.requestedFrames} / ${receipt.frames}`],
    [m.range, `${formatExactTime(receipt.startMs)} – ${formatExactTime(receipt.endMs)}`],
    [m.mode, m.modes[receipt.mode]],
    [m.copied, seconds(receipt.copiedMs)],
    [m.encoded, seconds(receipt.encodedMs)],
    [m.sound, m.sounds[receipt.audio]],
    [m.offset, `${receipt.avOffsetMs.toFixed(1)} ms`],
    [
      m.seams,
      seamCheck.passed ? m.seamsRight(seamCheck.framesDecoded) : m.seamsWrong(seamCheck.problems.join(' ')),
    ],
    [m.read, formatBytes(receipt.bytesRead)],
    [m.size, `${receipt.width} × ${receipt.height}, ${formatBytes(receipt.sizeBytes)}`],
    [m.cpu, seconds(receipt.cpuMs)],
  ]
  if (clip.processingMs !== null) facts.push([m.wall, seconds(clip.processingMs)])
  if (receipt.fallback) facts.push([m.fallback, receipt.fallback])
  for (const [index, part] of (parts ?? []).entries()) {
    facts.push([
      `${m.parts} ${index + 1}`,
      m.part(part.frames, seconds(part.copiedMs), seconds(part.encodedMs)),
    ])
  }
  return (
    <dl
      aria-label={m.label}
      className="mt-2 mb-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 rounded-lg bg-sunken px-3 py-2 text-xs"
    >
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-soft">{name}</dt>
          <dd className="text-right break-words tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function seconds(ms: number): string {
  return `${(ms / 1000).toLocaleString(undefined, { maximumFractionDigits: 3 })} s`
}
