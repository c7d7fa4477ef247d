import { CircleCheck, TriangleAlert } from 'lucide-react'
import type { Adaptation } from '../../api/shapes.ts'
import { Button } from '../../ui/button.tsx'
import { adaptationMessages as m } from './adaptation-messages.ts'

/** What a destination would refuse, cut or ignore, each with its way out. */
export function Violations({
  violations,
  isReadOnly,
  onFix,
}: {
  violations: Adaptation['violations']
  isReadOnly: boolean
  onFix: (field: 'title' | 'text', text: string) => void
}) {
  if (violations.length === 0)
    return (
      <p className="flex items-center gap-2 text-sm text-ok">
        <CircleCheck className="size-4" aria-hidden="true" /> {m.ready}
      </p>
    )
  return (
    <ul className="flex flex-col gap-2" aria-label={m.faults(violations.length)}>
      {violations.map(({ field, rule, message, fix, suggestion }) => (
        <li
          key={`${field} ${rule}`}
          className="flex flex-wrap items-start gap-3 rounded-lg bg-warn-soft p-3 text-sm"
        >
          <TriangleAlert className="mt-0.5 size-4 shrink-0 text-warn" aria-hidden="true" />
          <span className="min-w-0 flex-1">
            <span className="font-medium text-ink">{message}</span> <span className="text-soft">{fix}</span>
          </span>
          {suggestion !== null && field !== 'tags' && !isReadOnly ? (
            <Button size="sm" onClick={() => onFix(field, suggestion)}>
              {m.fix}
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  )
}
