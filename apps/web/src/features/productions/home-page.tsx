'use client'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useRouter, useSearchParams } from 'next/navigation'
import { hrefs } from '../../shell/detail-id.ts'
import { ProblemNote, problemText } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'
import { DropZone } from '../assets/drop-zone.tsx'
import { uploadMessages } from '../assets/messages.ts'
import { UploadRow } from '../assets/upload-row.tsx'
import { type UploadedAsset, useUploads } from '../assets/use-uploads.ts'
import { useMay } from '../identity/session.ts'
import { Checklist } from './checklist.tsx'
import { productionMessages as m } from './messages.ts'
import { ProductionCard } from './production-card.tsx'
import { productionsQuery, useStartProduction } from './production-queries.ts'

/** One place to drop a recording, what to do first, and what is being made. */
export function HomePage() {
  const router = useRouter()
  const openUpload = useSearchParams().get('upload') === '1'
  const mayUpload = useMay('assets.write')
  const productions = useQuery(productionsQuery)
  const start = useStartProduction()
  const { uploads, add, togglePause, cancel, retry } = useUploads(onUploaded)
  const items = productions.data?.items ?? []
  const finished = items.find((production) => production.state === 'succeeded')
  const withDraft = items.find((production) => production.drafts.length > 0)

  function onUploaded({ assetId, isDuplicate, name }: UploadedAsset) {
    if (isDuplicate) toast(uploadMessages.duplicate(name))
    start.mutate(
      { assetId, title: titleFrom(name) },
      {
        onSuccess: ({ runId }) => {
          toast(uploadMessages.started(name), {
            action: {
              label: uploadMessages.openRun,
              onClick: () => router.push(hrefs.run(runId)),
            },
          })
        },
        onError: (error) => toast.error(m.startFailed, { description: problemText(error) }),
      },
    )
  }

  return (
    <>
      <h1 className="sr-only">{m.home}</h1>
      {mayUpload ? (
        <DropZone
          compact={items.length > 0}
          openNow={openUpload}
          onFiles={(files) => files.forEach((file) => void add(file))}
        />
      ) : null}
      {uploads.length > 0 ? (
        <ul className="mt-4 flex flex-col gap-2">
          {uploads.map((upload) => (
            <UploadRow
              key={upload.id}
              upload={upload}
              onTogglePause={() => togglePause(upload.id)}
              onCancel={() => cancel(upload.id)}
              onRetry={() => retry(upload.id)}
            />
          ))}
        </ul>
      ) : null}
      {productions.isSuccess ? (
        <Checklist
          hasUpload={items.length > 0}
          assetHref={finished && hrefs.asset(finished.assetId)}
          draftHref={withDraft?.drafts[0] && hrefs.draft(withDraft.drafts[0].draftId)}
        />
      ) : null}
      <section className="mt-8">
        <SectionHead title={m.recent}>
          <Button asChild look="ghost" size="sm">
            <Link href="/runs">{m.allRuns}</Link>
          </Button>
        </SectionHead>
        {productions.error ? (
          <ProblemNote error={productions.error} onRetry={() => void productions.refetch()} />
        ) : null}
        {productions.isSuccess && items.length === 0 ? (
          <Card className="px-6 py-10 text-center text-soft">{m.none}</Card>
        ) : null}
        <div className="grid grid-cols-[repeat(auto-fill,minmax(15rem,1fr))] gap-4">
          {productions.isPending
            ? [0, 1, 2].map((card) => <Skeleton key={card} className="h-56" />)
            : items.map((production) => <ProductionCard key={production.id} production={production} />)}
        </div>
      </section>
    </>
  )
}

/** `My_talk-2026.final.mp4` → `My talk 2026.final`: a first title that a person would also write. */
function titleFrom(fileName: string): string | undefined {
  return (
    fileName
      .replace(/\.[^.]+$/, '')
      .replace(/[_-]+/g, ' ')
      .trim()
      .slice(0, 200) || undefined
  )
}
