'use client'
import { useQuery } from '@tanstack/react-query'
import { Check, Pencil, Scissors, SquareDashed, X } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { Transcript } from '../../api/shapes.ts'
import { shellMessages } from '../../shell/messages.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextArea } from '../../ui/field.tsx'
import { formatLength } from '../../ui/format.ts'
import { SectionHead } from '../../ui/surface.tsx'
import { useMay } from '../identity/session.ts'
import { transcriptsQuery } from './caption-queries.ts'
import type { Player } from './player.ts'
import { suggestionsQuery } from './suggestion-queries.ts'
import { transcriptMessages as m } from './transcript-messages.ts'
import { transcriptQuery, useConfirmWords, useCorrectTranscript, useCutOut } from './transcript-queries.ts'
import { TranscriptWords } from './transcript-words.tsx'
import { boundsOf, type WordSelection } from './word-selection.ts'

type Props = {
  assetId: string
  player: Player
  onMarkClip: (range: { inMs: number; outMs: number }) => void
}

const noCuts: Array<{ startMs: number; endMs: number }> = []

/** Editing a recording by its words, from its newest transcript. */
export function TranscriptEditor(props: Props) {
  const list = useQuery(transcriptsQuery(props.assetId)).data?.items
  const newest = list?.find(({ state, wordCount }) => state === 'ready' && wordCount > 0)
  const transcript = useQuery({ ...transcriptQuery(newest?.id ?? ''), enabled: newest !== undefined }).data
  if (!newest || !transcript) return null
  // A new text is another one: what was chosen in the old one is gone.
  return <Editor key={`${transcript.id} ${transcript.version}`} {...props} transcript={transcript} />
}

function Editor({ assetId, player, onMarkClip, transcript }: Props & { transcript: Transcript }) {
  const { words } = transcript
  const [selection, setSelection] = useState<WordSelection>()
  const [isCorrecting, setIsCorrecting] = useState(false)
  const suggestions = useQuery(suggestionsQuery(assetId)).data?.items
  const cuts = useMemo(
    () =>
      suggestions?.filter(({ decision, effect }) => decision === 'accepted' && effect === 'remove') ?? noCuts,
    [suggestions],
  )
  const cutOut = useCutOut(assetId)
  const confirm = useConfirmWords()
  const mayEdit = useMay('media.write')
  const mayCut = useMay('clips.write')
  const bounds = selection && boundsOf(selection)
  const chosen = bounds ? words.slice(bounds.from, bounds.to + 1) : []
  const first = chosen[0]
  const last = chosen.at(-1)

  return (
    <section className="mt-8" aria-label={m.title}>
      <SectionHead title={m.title} className="flex-wrap">
        {first && last ? (
          <div className="flex flex-wrap items-center gap-2">
            <span className="text-sm text-soft tabular-nums" aria-live="polite">
              {m.chosen(chosen.length, formatLength(last.endMs - first.startMs))}
            </span>
            {mayCut ? (
              <Button size="sm" onClick={() => onMarkClip({ inMs: first.startMs, outMs: last.endMs })}>
                <SquareDashed /> {m.asClip}
              </Button>
            ) : null}
            {mayEdit ? (
              <>
                <Button
                  size="sm"
                  busy={cutOut.isPending}
                  onClick={() =>
                    cutOut.mutate(
                      {
                        startMs: first.startMs,
                        endMs: last.endMs,
                        reason: chosen
                          .map(({ text }) => text)
                          .join(' ')
                          .slice(0, 500),
                      },
                      { onSuccess: () => setSelection(undefined) },
                    )
                  }
                >
                  <Scissors /> {m.cutOut}
                </Button>
                <Button size="sm" onClick={() => setIsCorrecting(true)}>
                  <Pencil /> {m.correct}
                </Button>
                <Button
                  size="sm"
                  busy={confirm.isPending}
                  onClick={() =>
                    confirm.mutate({ transcript, words: chosen.map((_, index) => bounds!.from + index) })
                  }
                >
                  <Check /> {m.confirm}
                </Button>
              </>
            ) : null}
            <IconButton size="sm" label={m.clear} onClick={() => setSelection(undefined)}>
              <X />
            </IconButton>
          </div>
        ) : null}
      </SectionHead>
      <p className="mb-3 text-sm text-soft">{m.lead}</p>
      <TranscriptWords
        words={words}
        cuts={cuts}
        player={player}
        selection={selection}
        onSelect={setSelection}
      />
      {bounds && isCorrecting ? (
        <CorrectDialog
          transcript={transcript}
          from={bounds.from}
          to={bounds.to}
          onClose={() => setIsCorrecting(false)}
        />
      ) : null}
    </section>
  )
}

type CorrectProps = { transcript: Transcript; from: number; to: number; onClose: () => void }

function CorrectDialog({ transcript, from, to, onClose }: CorrectProps) {
  const textOf = (start: number, end: number) =>
    transcript.words
      .slice(start, end)
      .map(({ text }) => text)
      .join(' ')
  const [text, setText] = useState(textOf(from, to + 1))
  const correct = useCorrectTranscript()
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose()
      }}
      title={m.correctTitle}
      lead={m.correctLead}
      closeLabel={shellMessages.close}
    >
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          const whole = [textOf(0, from), text.trim(), textOf(to + 1, transcript.words.length)]
          correct.mutate({ transcript, text: whole.filter(Boolean).join(' ') }, { onSuccess: onClose })
        }}
      >
        <TextArea
          label={m.correctLabel}
          value={text}
          rows={4}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" look="primary" busy={correct.isPending} className="justify-self-end">
          {m.save}
        </Button>
      </form>
    </Dialog>
  )
}
