import type { ReactNode } from 'react'
import type { Media } from '../../api/shapes.ts'
import { formatLength } from '../../ui/format.ts'
import { Card } from '../../ui/surface.tsx'
import { mediaMessages } from './messages.ts'

const m = mediaMessages.loudness

/** Loudness in numbers, with what they mean for publishing. */
export function LoudnessPanel({ loudness }: { loudness: Media['analysis']['loudness'] }) {
  const { integratedLufs, truePeakDb, rangeLu } = loudness ?? {}
  if (typeof integratedLufs !== 'number') {
    return (
      <Panel title={m.title}>
        <p className="text-soft">{m.none}</p>
      </Panel>
    )
  }
  return (
    <Panel title={m.title}>
      <dl className="grid grid-cols-3 gap-3">
        <Figure name={m.integrated} value={m.lufs(integratedLufs)} />
        {typeof truePeakDb === 'number' ? <Figure name={m.peak} value={m.dbtp(truePeakDb)} /> : null}
        {typeof rangeLu === 'number' ? <Figure name={m.range} value={m.lu(rangeLu)} /> : null}
      </dl>
      <p className="mt-3 text-sm text-soft">{advice(integratedLufs, truePeakDb)}</p>
    </Panel>
  )
}

// −14 LUFS is what YouTube, Spotify and others play at; ±1.5 LU is not heard as a difference.
function advice(lufs: number, peakDb: number | null | undefined): string {
  const level = lufs < -15.5 ? m.quiet : lufs > -12.5 ? m.loud : m.good
  return typeof peakDb === 'number' && peakDb > -1 ? `${level} ${m.tooLoud}` : level
}

/** What the analysis found, in words: the timeline's marks for those who cannot see them. */
export function FoundPanel({ analysis }: { analysis: Media['analysis'] }) {
  const found = mediaMessages.found
  const quietMs = analysis.silences.reduce((sum, silence) => sum + silence.endMs - silence.startMs, 0)
  return (
    <Panel title={found.title}>
      <ul className="space-y-1 text-soft tabular-nums">
        <li>{found.scenes(analysis.scenes.length)}</li>
        <li>
          {analysis.silences.length > 0
            ? found.silences(analysis.silences.length, formatLength(quietMs))
            : found.noSilences}
        </li>
      </ul>
    </Panel>
  )
}

export function Panel({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card className="p-4" aria-label={title}>
      <h2 className="mb-2.5 text-sm font-medium text-faint">{title}</h2>
      {children}
    </Card>
  )
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt className="text-xs text-faint">{name}</dt>
      <dd className="mt-0.5 font-medium tabular-nums">{value}</dd>
    </div>
  )
}
