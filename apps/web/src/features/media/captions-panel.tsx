'use client'
import { useQuery } from '@tanstack/react-query'
import { Captions, Download, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { TranscriptSummary } from '../../api/shapes.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { TextArea } from '../../ui/field.tsx'
import { Card, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { useMay } from '../identity/session.ts'
import {
  captionFormats,
  transcriptsQuery,
  useCreateTranscript,
  useDeleteTranscript,
  useDownloadCaptions,
} from './caption-queries.ts'
import { captionMessages as m } from './edit-messages.ts'

const tones: Record<TranscriptSummary['state'], Tone> = {
  queued: 'neutral',
  processing: 'accent',
  ready: 'ok',
  failed: 'bad',
  cancelled: 'neutral',
}

/** The transcripts of a recording: make one, see how sure it is, download captions. */
export function CaptionsPanel({ assetId }: { assetId: string }) {
  const found = useQuery(transcriptsQuery(assetId))
  const mayMake = useMay('media.write')
  const remove = useDeleteTranscript(assetId)
  const items = found.data?.items ?? []
  return (
    <section className="mt-8" aria-label={m.title}>
      <SectionHead title={m.title} />
      {mayMake ? <MakeTranscript assetId={assetId} /> : null}
      {found.error ? <ProblemNote error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.isPending ? <Skeleton className="h-20" /> : null}
      {found.isSuccess && items.length === 0 ? <p className="text-soft">{m.none}</p> : null}
      <ul className="grid gap-3">
        {items.map((transcript) => (
          <TranscriptCard
            key={transcript.id}
            transcript={transcript}
            onDelete={mayMake ? () => remove(transcript) : undefined}
          />
        ))}
      </ul>
    </section>
  )
}

function MakeTranscript({ assetId }: { assetId: string }) {
  const [script, setScript] = useState('')
  const create = useCreateTranscript(assetId)
  return (
    <Card className="mb-4 p-4">
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          create.mutate(script, { onSuccess: () => setScript('') })
        }}
      >
        <TextArea
          label={m.script}
          hint={m.scriptHint}
          rows={3}
          value={script}
          onChange={(event) => setScript(event.target.value)}
        />
        <Button type="submit" look="primary" busy={create.isPending} className="justify-self-start">
          <Captions /> {m.make}
        </Button>
      </form>
    </Card>
  )
}

function TranscriptCard({ transcript, onDelete }: { transcript: TranscriptSummary; onDelete?: () => void }) {
  const { id, state, engine, language, wordCount, needsReview, isDraft, notes, error } = transcript
  const download = useDownloadCaptions(id)
  const facts = [engine ? m.engines[engine] : undefined, language ?? undefined, m.words(wordCount)]
  return (
    <li>
      <Card className="p-4">
        <div className="flex flex-wrap items-center gap-2">
          <Badge tone={tones[state]} pulse={state === 'processing'}>
            {m.states[state]}
          </Badge>
          {wordCount > 0 ? (
            <Badge tone={needsReview > 0 ? 'warn' : 'ok'}>
              {needsReview > 0 ? m.review(needsReview) : m.allSure}
            </Badge>
          ) : null}
          {isDraft ? <Badge tone="warn">{m.draft}</Badge> : null}
          <span className="text-sm text-soft tabular-nums">{facts.filter(Boolean).join(' · ')}</span>
          {onDelete ? (
            <IconButton size="sm" look="ghost" className="ml-auto" label={m.delete} onClick={onDelete}>
              <Trash2 />
            </IconButton>
          ) : null}
        </div>
        {error ? (
          <p className="mt-2 text-sm text-bad">
            {error.message} {error.help}
          </p>
        ) : null}
        {notes.length > 0 ? (
          <ul className="mt-2 space-y-1 text-sm break-words text-soft">
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        ) : null}
        {wordCount > 0 ? (
          <div className="mt-3 flex flex-wrap gap-2">
            {captionFormats.map((format) => (
              <Button
                key={format}
                size="sm"
                busy={download.isPending}
                onClick={() => download.mutate(format)}
              >
                <Download /> {m.download(format.toUpperCase())}
              </Button>
            ))}
          </div>
        ) : null}
      </Card>
    </li>
  )
}
