'use client'
import { useQuery } from '@tanstack/react-query'
import { FileText, Film, Scissors } from 'lucide-react'
import Link from 'next/link'
import { hrefs } from '../../shell/detail-id.ts'
import { productionMessages as m } from './messages.ts'
import { productionsQuery } from './production-queries.ts'

/** The recording, clips and drafts of a run; nothing when the run is not a production. */
export function ProductionResults({ runId }: { runId: string }) {
  const production = useQuery(productionsQuery).data?.items.find((one) => one.runId === runId)
  if (!production) return null
  const row =
    'flex min-h-10 items-center gap-3 rounded-lg px-2 hover:bg-hover [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-faint'
  return (
    <section className="mt-6 border-t border-line pt-5" aria-label={m.results}>
      <h2 className="mb-2 text-sm font-medium text-faint">{m.results}</h2>
      <ul className="-mx-2">
        <li>
          <Link href={hrefs.asset(production.assetId)} className={row}>
            <Film aria-hidden="true" />
            <span className="truncate">{m.recording}</span>
          </Link>
        </li>
        {production.clips.map((clip) => (
          <li key={clip.clipId}>
            <Link href={`${hrefs.asset(production.assetId)}#${clip.clipId}`} className={row}>
              <Scissors aria-hidden="true" />
              <span className="min-w-0 flex-1 truncate">{clip.title}</span>
              <span className="text-sm text-faint">{m.clip}</span>
            </Link>
          </li>
        ))}
        {production.drafts.map((draft) => (
          <li key={draft.draftId}>
            <Link href={hrefs.draft(draft.draftId)} className={row}>
              <FileText aria-hidden="true" />
              <span className="min-w-0 flex-1 truncate">{draft.title}</span>
              <span className="text-sm text-faint">{m.draft}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
