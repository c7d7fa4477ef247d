import type { Model } from '../../api/shapes.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { formatMoney } from '../costs/money.ts'
import { modelMessages as m } from './messages.ts'

/** One model in the table. */
export function ModelRow({ model }: { model: Model }) {
  const { lastDay } = model
  const state = stateOf(model)
  const tones: Record<typeof state, Tone> = {
    ready: 'ok',
    open: 'bad',
    halfOpen: 'warn',
    off: 'neutral',
    retired: 'neutral',
  }
  return (
    <tr className="border-t border-line align-top">
      <th scope="row" className="min-w-52 px-4 py-2.5 text-left font-medium">
        {model.title}
        <span className="block font-mono text-xs font-normal break-all text-soft">{model.id}</span>
      </th>
      <td className="px-3 py-2.5">
        <Badge tone={tones[state]}>{m.states[state]}</Badge>
        <span className="mt-1 block text-xs text-soft">{noteOf(model)}</span>
      </td>
      <Cell>{lastDay.calls}</Cell>
      <Cell>{lastDay.calls === 0 ? m.none : `${lastDay.failedPercent} %`}</Cell>
      <Cell>{[lastDay.p50Ms, lastDay.p95Ms, lastDay.p99Ms].map(seconds).join(' / ')}</Cell>
      <Cell>{formatMoney(lastDay.costMicros)}</Cell>
      <Cell>{typical(model)}</Cell>
      <Cell>
        <span title={m.ratings(model.ratings)}>{model.score}</span>
      </Cell>
    </tr>
  )
}

function Cell({ children }: { children: React.ReactNode }) {
  return <td className="px-3 py-2.5 text-right whitespace-nowrap tabular-nums">{children}</td>
}

function stateOf(model: Model): keyof typeof m.states {
  if (model.isRetired) return 'retired'
  if (!model.isConfigured) return 'off'
  return model.breaker === 'closed' ? 'ready' : model.breaker
}

function noteOf(model: Model): string {
  if (model.isRetired) return model.successor ? m.successor(model.successor) : ''
  if (model.breaker === 'closed') return ''
  const until = model.restsUntil ? m.restsUntil(new Date(model.restsUntil).toLocaleTimeString()) : ''
  return [until, model.lastFailure ? m.failure(model.lastFailure) : ''].filter(Boolean).join('. ')
}

function seconds(ms: number | null): string {
  return ms === null ? m.none : `${(ms / 1000).toFixed(1)} s`
}

function typical({ microsPerTypicalCall: micros, kind }: Model): string {
  if (kind !== 'text') return m.none
  if (micros === null) return m.noPrice
  return micros === 0 ? m.free : formatMoney(micros)
}
