'use client'
import { useQuery } from '@tanstack/react-query'
import type { ExperimentReport } from '../../api/shapes.ts'
import { formatMoment } from '../../ui/format.ts'
import { Skeleton } from '../../ui/surface.tsx'
import { seriesQuery } from './experiment-queries.ts'
import { experimentMessages } from './messages.ts'
import { differenceText } from './metric-words.ts'

const m = experimentMessages.chart
const size = { width: 640, height: 220, left: 80, right: 12, top: 12, bottom: 26 }

type Metric = ExperimentReport['metrics'][number]['metric']
type Drawn = { at: number; difference: number; low: number; high: number; exposed: number }

/** How the difference of each variant went, with the band that may be looked at any time. */
export function DifferenceChart({ experimentKey, metric }: { experimentKey: string; metric: Metric }) {
  const series = useQuery(seriesQuery(experimentKey, metric.metric))
  if (series.isPending) return <Skeleton className="h-56" />
  const byVariant = new Map<string, Drawn[]>()
  for (const { variant, at, difference, low, high, exposed } of series.data?.points ?? []) {
    if (difference === null || low === null || high === null) continue
    const drawn = { at: Date.parse(at), difference, low, high, exposed }
    byVariant.set(variant, [...(byVariant.get(variant) ?? []), drawn])
  }
  const title = m.title(metric.title || metric.metric)
  return (
    <figure>
      <figcaption>
        <p className="font-medium">{title}</p>
        <p className="mb-3 text-sm text-soft">{m.lead}</p>
      </figcaption>
      {byVariant.size === 0 ? (
        <p className="rounded-lg bg-canvas p-6 text-center text-faint">{m.empty}</p>
      ) : (
        <>
          <Drawing title={title} kind={metric.kind} byVariant={byVariant} />
          <Numbers kind={metric.kind} byVariant={byVariant} />
        </>
      )}
    </figure>
  )
}

const colours = ['text-accent', 'text-clip', 'text-warn', 'text-ok']

type Shown = { kind: Metric['kind']; byVariant: Map<string, Drawn[]> }

function Drawing({ title, kind, byVariant }: Shown & { title: string }) {
  const all = [...byVariant.values()].flat()
  const [from, to] = [Math.min(...all.map(({ at }) => at)), Math.max(...all.map(({ at }) => at))]
  const reach = visibleReach(all, kind)
  const x = (at: number) =>
    size.left + ((at - from) / Math.max(1, to - from)) * (size.width - size.left - size.right)
  const y = (value: number) => {
    const part = (Math.max(-reach, Math.min(reach, value)) + reach) / (2 * reach)
    return size.height - size.bottom - part * (size.height - size.top - size.bottom)
  }
  const line = (points: Drawn[], value: (point: Drawn) => number) =>
    points.map((point) => `${x(point.at).toFixed(1)},${y(value(point)).toFixed(1)}`)
  return (
    <svg
      viewBox={`0 0 ${size.width} ${size.height}`}
      role="img"
      aria-label={title}
      className="w-full rounded-lg bg-canvas"
    >
      {[-reach, 0, reach].map((tick) => (
        <g key={tick} className="text-faint">
          <line
            x1={size.left}
            x2={size.width - size.right}
            y1={y(tick)}
            y2={y(tick)}
            stroke="currentColor"
            strokeOpacity={tick === 0 ? 0.9 : 0.25}
            strokeDasharray={tick === 0 ? undefined : '3 4'}
          />
          <text x={size.left - 8} y={y(tick) + 4} textAnchor="end" fill="currentColor" fontSize="12">
            {tick === 0 ? '0' : differenceText(kind, tick)}
          </text>
        </g>
      ))}
      {[...byVariant].map(([variant, points], index) => (
        <g key={variant} className={colours[index % colours.length]}>
          <polygon
            points={[...line(points, (p) => p.high), ...line(points, (p) => p.low).reverse()].join(' ')}
            fill="currentColor"
            fillOpacity={0.16}
          />
          <polyline
            points={line(points, (p) => p.difference).join(' ')}
            fill="none"
            stroke="currentColor"
            strokeWidth={2}
          />
          <circle cx={x(points.at(-1)!.at)} cy={y(points.at(-1)!.difference)} r={4} fill="currentColor" />
          <text
            x={size.left + 6 + index * 130}
            y={size.height - 8}
            fill="currentColor"
            fontSize="12"
            fontWeight="600"
          >
            {variant}
          </text>
        </g>
      ))}
    </svg>
  )
}

/** The first bands are as wide as the world; what is drawn is twice what is known at the end. */
function visibleReach(all: readonly Drawn[], kind: Metric['kind']): number {
  const last = Math.max(...all.map(({ at }) => at))
  const atEnd = all
    .filter(({ at }) => at === last)
    .flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)])
  const reach = Math.max(...atEnd, 1e-9) * 2
  // Rates differ by 100 points at most.
  return kind === 'rate' ? Math.min(1, reach) : reach
}

function Numbers({ kind, byVariant }: Shown) {
  return (
    <details className="mt-2 text-sm">
      <summary className="cursor-pointer text-soft">{m.table}</summary>
      <div className="mt-2 overflow-x-auto" tabIndex={0} role="region" aria-label={m.table}>
        <table className="w-full tabular-nums">
          <thead>
            <tr className="text-left text-faint">
              {[m.at, '', m.units, m.difference, m.between].map((name) => (
                <th key={name} className="py-1 pr-4 font-medium">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...byVariant].flatMap(([variant, points]) =>
              points.map((point) => (
                <tr key={`${variant} ${point.at}`} className="border-t border-line">
                  <td className="py-1 pr-4 whitespace-nowrap">
                    {formatMoment(new Date(point.at).toISOString())}
                  </td>
                  <td className="pr-4">{variant}</td>
                  <td className="pr-4">{point.exposed.toLocaleString()}</td>
                  <td className="pr-4">{differenceText(kind, point.difference)}</td>
                  <td className="whitespace-nowrap">
                    {differenceText(kind, point.low)} … {differenceText(kind, point.high)}
                  </td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      </div>
    </details>
  )
}
