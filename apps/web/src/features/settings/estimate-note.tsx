'use client'
import type { VideoEstimate } from '../../api/shapes.ts'
import { settingsMessages } from './messages.ts'

const m = settingsMessages.estimate

/** Money in micros for a person: `108_000` → `$0.108`. */
export function readableMoney(micros: number): string {
  const digits = micros !== 0 && Math.abs(micros) < 1_000_000 ? 3 : 2
  return (micros / 1_000_000).toLocaleString(undefined, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
  })
}

/** What one video costs before and after a change, and what that rests on. */
export function EstimateNote({ before, after }: { before: VideoEstimate; after: VideoEstimate }) {
  const isSame = before.totalMicros === after.totalMicros
  const tone = after.totalMicros > before.totalMicros ? 'text-warn' : 'text-ok'
  return (
    <section aria-label={m.title} aria-live="polite" className="rounded-xl border border-line bg-sunken p-4">
      <h3 className="font-medium">{m.title}</h3>
      <dl className="mt-2 flex flex-wrap gap-x-8 gap-y-2 tabular-nums">
        <div>
          <dt className="text-sm text-soft">{m.now}</dt>
          <dd className="text-lg font-semibold">{readableMoney(before.totalMicros)}</dd>
        </div>
        <div>
          <dt className="text-sm text-soft">{m.after}</dt>
          <dd className={`text-lg font-semibold ${isSame ? '' : tone}`}>
            {readableMoney(after.totalMicros)}
          </dd>
        </div>
      </dl>
      <p className="mt-2 text-sm text-soft">{after.basis}</p>
      {after.totalMicros > 0 ? <p className="text-sm text-soft">{m.confidence[after.confidence]}</p> : null}
      {after.warnings.map((warning) => (
        <p key={warning} className="text-sm text-warn">
          {warning}
        </p>
      ))}
    </section>
  )
}
