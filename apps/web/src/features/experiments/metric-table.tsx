import type { ExperimentReport } from '../../api/shapes.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { experimentMessages as m } from './messages.ts'
import { differenceText, pText, valueText } from './metric-words.ts'

type Measured = ExperimentReport['metrics'][number]

const toneOf: Record<keyof typeof m.judgements, Tone> = {
  better: 'ok',
  worse: 'warn',
  tooHarmful: 'bad',
  same: 'neutral',
  undecided: 'neutral',
}

/** Each variant by one metric, with everything the verdict rests on. */
export function MetricTable({ metric, arms, comparisons }: Measured) {
  const name = metric.title || metric.metric
  const first = comparisons[0]
  return (
    <div>
      <div className="mb-1 flex flex-wrap items-center gap-2">
        <h3 className="font-medium">{name}</h3>
        <Badge tone={metric.role === 'primary' ? 'accent' : 'neutral'}>{m.roles[metric.role]}</Badge>
      </div>
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={name}>
        <table className="w-full min-w-lg text-sm tabular-nums">
          <thead>
            <tr className="text-left text-faint">
              {Object.values(m.table).map((column) => (
                <th key={column} className="py-1.5 pr-4 font-medium">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {arms.map(({ variant, units, mean }) => {
              const compared = comparisons.find((each) => each.variant === variant)
              return (
                <tr key={variant} className="border-t border-line">
                  <td className="py-1.5 pr-4 font-medium">{variant}</td>
                  <td className="pr-4 whitespace-nowrap">{units.toLocaleString()}</td>
                  <td className="pr-4 whitespace-nowrap">
                    {units === 0 ? '–' : valueText(metric.kind, mean)}
                  </td>
                  <td className="pr-4 whitespace-nowrap">
                    {compared ? differenceText(metric.kind, compared.difference) : '–'}
                  </td>
                  <td className="pr-4 whitespace-nowrap">
                    {compared ? `${(compared.belief.chanceTreatmentIsHigher * 100).toFixed(1)} %` : '–'}
                  </td>
                  <td className="pr-4 whitespace-nowrap">
                    {compared ? pText(compared.sequential.adjustedPValue).replace('= ', '') : '–'}
                  </td>
                  <td>
                    {compared ? (
                      <Badge tone={toneOf[compared.judgement]}>{m.judgements[compared.judgement]}</Badge>
                    ) : (
                      m.control
                    )}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
      {first ? (
        <p className="mt-1 text-xs text-faint">
          {m.fixed(
            pText(first.fixed.pValue),
            differenceText(metric.kind, first.fixed.interval.low),
            differenceText(metric.kind, first.fixed.interval.high),
          )}
        </p>
      ) : null}
    </div>
  )
}
