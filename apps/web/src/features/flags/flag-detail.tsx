'use client'
import { useQuery } from '@tanstack/react-query'
import { Power } from 'lucide-react'
import type { Flag } from '../../api/shapes.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { formatAgo, formatMoment } from '../../ui/format.ts'
import { Card, SectionHead } from '../../ui/surface.tsx'
import { useMay } from '../identity/session.ts'
import { FlagBadge } from './flag-badge.tsx'
import { FlagForm } from './flag-form.tsx'
import { flagVersionsQuery, useRollBackFlag, useSwitchFlag } from './flag-queries.ts'
import { flagMessages as m } from './messages.ts'

/** One flag: its switch, what it serves, and how it came to that. */
export function FlagDetail({ flag }: { flag: Flag }) {
  const mayWrite = useMay('flags.write')
  const turn = useSwitchFlag()
  return (
    <>
      <Card className="p-5 md:p-6" aria-label={flag.title}>
        <div className="mb-5 flex flex-wrap items-start justify-between gap-3">
          <div className="min-w-0">
            <h2 className="text-xl font-semibold break-words">{flag.title}</h2>
            <p className="font-mono text-xs break-all text-faint">{flag.key}</p>
            <div className="mt-2 flex flex-wrap items-center gap-2">
              <FlagBadge flag={flag} />
              {flag.isShipped ? <Badge tone="accent">{m.shipped}</Badge> : null}
              <span className="text-sm text-faint">
                {flag.changedAt ? m.changed(formatAgo(flag.changedAt)) : m.asShipped}
              </span>
            </div>
          </div>
          {mayWrite ? (
            <Button
              look={flag.isOn ? 'danger' : 'primary'}
              busy={turn.isPending}
              onClick={() => turn.mutate({ key: flag.key, isOn: !flag.isOn })}
            >
              <Power /> {flag.isOn ? m.switchOff : m.switchOn}
            </Button>
          ) : null}
        </div>
        {flag.description ? <p className="mb-5 max-w-prose text-soft">{flag.description}</p> : null}
        <FlagForm flag={flag} isReadOnly={!mayWrite} />
      </Card>
      <History flag={flag} mayWrite={mayWrite} />
    </>
  )
}

function History({ flag, mayWrite }: { flag: Flag; mayWrite: boolean }) {
  const versions = useQuery(flagVersionsQuery(flag.key)).data?.items ?? []
  const back = useRollBackFlag(flag)
  if (versions.length === 0) return null
  return (
    <div className="mt-6">
      <SectionHead title={m.history.title} />
      <Card>
        <ul className="divide-y divide-line">
          {versions.map((each) => (
            <li key={each.version} className="flex flex-wrap items-center justify-between gap-3 px-4 py-3">
              <div className="min-w-0">
                <p className="font-medium">
                  {m.history.version(each.version)}
                  {each.definition ? '' : ` · ${m.history.removed}`}
                </p>
                <p className="text-sm break-words text-soft">{each.reason}</p>
                <p className="text-xs text-faint">{formatMoment(each.changedAt)}</p>
              </div>
              {mayWrite && each.definition && each.version !== flag.version ? (
                <Button size="sm" busy={back.isPending} onClick={() => back.mutate(each.version)}>
                  {m.history.back}
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      </Card>
    </div>
  )
}
