'use client'
import { useQuery } from '@tanstack/react-query'
import { Archive, ArrowLeft, Scissors } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import type { Clip, Draft } from '../../api/shapes.ts'
import { hrefs } from '../../shell/detail-id.ts'
import { shellMessages } from '../../shell/messages.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { formatAgo } from '../../ui/format.ts'
import { Card, Skeleton } from '../../ui/surface.tsx'
import { SteadyVideo } from '../../ui/steady-video.tsx'
import { clipQuery } from '../clips/clip-queries.ts'
import { useMay } from '../identity/session.ts'
import { firstSteps } from '../productions/first-steps.ts'
import { AdaptationsSection } from './adaptations-section.tsx'
import { DraftBadge } from './draft-badge.tsx'
import { DraftForm } from './draft-form.tsx'
import { draftQuery, useArchiveDraft } from './draft-queries.ts'
import { draftMessages as m } from './messages.ts'

/** One draft with its clip. */
export function DraftDetail({ id }: { id: string }) {
  const query = useQuery(draftQuery(id))
  const draft = query.data
  const isLoaded = draft !== undefined

  useEffect(() => {
    if (isLoaded) firstSteps.mark('reviewed')
  }, [isLoaded])

  return (
    <>
      <Button asChild look="ghost" size="sm" className="mb-3 -ml-2 lg:hidden">
        <Link href="/drafts">
          <ArrowLeft /> {shellMessages.back}
        </Link>
      </Button>
      {query.error && !draft ? (
        <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      {query.isPending ? <Skeleton className="h-96" /> : null}
      {draft ? <DraftCard draft={draft} /> : null}
    </>
  )
}

function DraftCard({ draft }: { draft: Draft }) {
  const router = useRouter()
  const archive = useArchiveDraft()
  const mayWrite = useMay('drafts.write')
  const isReadOnly = !mayWrite || draft.stage === 'archived' || draft.stage === 'published'
  const clip = useQuery({ ...clipQuery(draft.clipId ?? ''), enabled: draft.clipId !== null }).data
  return (
    <Card className="p-5 md:p-6" aria-label={draft.title}>
      <h1 className="sr-only">{draft.title}</h1>
      <div className="mb-5 flex flex-wrap items-center justify-between gap-3">
        <div className="flex items-center gap-3">
          <DraftBadge stage={draft.stage} />
          <span className="text-sm text-faint">{m.edited(formatAgo(draft.updatedAt))}</span>
        </div>
        {mayWrite && draft.stage !== 'archived' ? (
          <Button
            look="ghost"
            size="sm"
            busy={archive.isPending}
            onClick={() => archive.mutate(draft, { onSuccess: () => router.push('/drafts') })}
          >
            <Archive /> {m.archive}
          </Button>
        ) : null}
      </div>
      {clip ? <DraftClip clip={clip} /> : null}
      <DraftForm draft={draft} isReadOnly={isReadOnly} />
      <AdaptationsSection draft={draft} picture={clip?.thumbnailUrl ?? undefined} isReadOnly={isReadOnly} />
    </Card>
  )
}

function DraftClip({ clip }: { clip: Clip }) {
  return (
    <div className="mb-6 flex flex-wrap items-center gap-4 rounded-xl border border-line bg-canvas p-3">
      {clip.fileUrl ? (
        <SteadyVideo
          key={clip.id}
          src={clip.fileUrl}
          poster={clip.thumbnailUrl ?? undefined}
          controls
          playsInline
          preload="none"
          aria-label={clip.title}
          className="aspect-video w-full rounded-lg bg-black sm:w-72"
        />
      ) : null}
      <div className="min-w-0 flex-1">
        <p className="text-xs text-faint">{m.clip}</p>
        <p className="font-medium break-words">{clip.title}</p>
        {clip.assetId ? (
          <Button asChild size="sm" className="mt-2">
            <Link href={`${hrefs.asset(clip.assetId)}#${clip.id}`}>
              <Scissors /> {m.showClip}
            </Link>
          </Button>
        ) : null}
      </div>
    </div>
  )
}
