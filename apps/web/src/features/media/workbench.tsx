'use client'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { Asset, Clip, Media } from '../../api/shapes.ts'
import { useShortcuts } from '../../shell/shortcuts.ts'
import { formatTime } from '../../ui/format.ts'
import { Card, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { ClipCard } from '../clips/clip-card.tsx'
import { clipsOfQuery, useCreateClip, useDeleteClip, useRecutClip } from '../clips/clip-queries.ts'
import { clipMessages } from '../clips/messages.ts'
import { NewClipBar } from '../clips/new-clip-bar.tsx'
import { useMay } from '../identity/session.ts'
import { useClipRange } from './clip-range.ts'
import { mediaMessages as m } from './messages.ts'
import { peaksQuery } from './media-queries.ts'
import { PlayerView } from './player-view.tsx'
import { FoundPanel, LoudnessPanel, Panel } from './sound-panel.tsx'
import { SuggestionsPanel } from './suggestions-panel.tsx'
import { Timeline } from './timeline.tsx'
import { TranscriptEditor } from './transcript-editor.tsx'
import { usePlayer } from './use-player.ts'

const noClips: Clip[] = []

type WorkbenchProps = { asset: Asset; media: Media & { hlsUrl: string }; onRenew: () => void }

/** Player, timeline and clips of one recording, all on one transport. */
export function Workbench({ asset, media, onRenew }: WorkbenchProps) {
  const { analysis } = media
  const frameMs = analysis.frameRate ? (1000 * analysis.frameRate.den) / analysis.frameRate.num : 40
  const player = usePlayer(frameMs)
  const clipRange = useClipRange(player, frameMs, analysis.durationMs)
  const { range } = clipRange
  const peaks = useQuery(peaksQuery(asset.id, media.peaksUrl)).data
  const clipsFound = useQuery(clipsOfQuery(asset.id))
  const found = clipsFound.data?.items ?? noClips
  const clips = useMemo(() => [...found].sort((a, b) => a.startMs - b.startMs), [found])
  const create = useCreateClip(asset.id)
  const recut = useRecutClip()
  const remove = useDeleteClip(asset.id)
  const mayCut = useMay('clips.write')

  const marks = useMemo(
    () => ({ peaks, silences: analysis.silences, scenes: analysis.scenes }),
    [peaks, analysis.silences, analysis.scenes],
  )
  const bars = useMemo(
    () =>
      clips.map(({ id, title, startMs, endMs, state }) => ({
        id,
        title,
        startMs,
        endMs,
        isReady: state === 'processed',
      })),
    [clips],
  )
  const suggestedTitle = clipMessages.defaultTitle(
    asset.name.replace(/\.[^.]+$/, ''),
    formatTime(range.inMs ?? 0),
  )

  const createClip = useCallback(
    (title: string, reframe?: Clip['reframe'] & {}) => {
      const { inMs, outMs } = range
      if (!mayCut || inMs === undefined || outMs === undefined || create.isPending) return
      create.mutate(
        { startMs: Math.round(inMs), endMs: Math.round(outMs), title, reframe },
        { onSuccess: () => clipRange.clear() },
      )
    },
    [range, mayCut, create, clipRange],
  )
  const [shownClipId, setShownClipId] = useState<string>()
  const shownClip = clips.find(({ id }) => id === shownClipId)
  const showClip = useCallback(
    ({ id, startMs, endMs }: { id: string; startMs: number; endMs: number }) => {
      setShownClipId(id)
      clipRange.set({ inMs: startMs, outMs: endMs })
      player.seek(startMs + frameMs / 2)
    },
    [clipRange, player, frameMs],
  )

  const clear = useCallback(() => {
    setShownClipId(undefined)
    clipRange.clear()
  }, [clipRange])

  useShortcuts({
    ' ': () => player.toggle(),
    j: () => player.slower(),
    k: () => player.pause(),
    l: () => player.faster(),
    ArrowLeft: () => player.step(-1),
    ArrowRight: () => player.step(1),
    'Shift+ArrowLeft': () => player.seek(player.state().timeMs - 1000),
    'Shift+ArrowRight': () => player.seek(player.state().timeMs + 1000),
    i: clipRange.markIn,
    o: clipRange.markOut,
    x: clear,
    c: () => createClip(suggestedTitle),
  })

  /** Offered while the handles of a clip are away from its own ends. */
  function recutOf(clip: Clip) {
    const startMs = Math.round(range.inMs ?? clip.startMs)
    const endMs = Math.round(range.outMs ?? clip.endMs)
    const isMoved = Math.abs(startMs - clip.startMs) > 1 || Math.abs(endMs - clip.endMs) > 1
    if (!isMoved) return undefined
    return { title: clip.title, onRecut: () => recut.mutate({ clip, startMs, endMs }, { onSuccess: clear }) }
  }

  const hasClips = clips.length > 0
  useEffect(() => {
    // A link to one clip (#clip_…) can only jump once the clips are on the page.
    if (hasClips && location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView()
  }, [hasClips])

  return (
    <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_19rem]">
      <div className="min-w-0">
        <PlayerView
          player={player}
          hlsUrl={media.hlsUrl}
          onRenew={onRenew}
          posterUrl={media.posterUrl ?? undefined}
          title={asset.name}
          isAudioOnly={!asset.width}
        />
        <div className="mt-3">
          <Timeline
            player={player}
            durationMs={analysis.durationMs}
            frameMs={frameMs}
            marks={marks}
            clips={bars}
            range={range}
            onMoveIn={clipRange.moveIn}
            onMoveOut={clipRange.moveOut}
            onClip={showClip}
          />
        </div>
        {mayCut ? (
          <NewClipBar
            range={range}
            suggestedTitle={suggestedTitle}
            isBusy={create.isPending || recut.isPending}
            recut={shownClip && recutOf(shownClip)}
            onMarkIn={clipRange.markIn}
            onMarkOut={clipRange.markOut}
            onClear={clear}
            onCreate={createClip}
          />
        ) : null}
        <TranscriptEditor assetId={asset.id} player={player} onMarkClip={clipRange.set} />
        <SuggestionsPanel assetId={asset.id} onSeek={player.seek} />
        <section className="mt-8" aria-label={clipMessages.title}>
          <SectionHead title={clipMessages.title} />
          {clipsFound.isPending ? <Skeleton className="h-56" /> : null}
          {clipsFound.isSuccess && !hasClips ? (
            <Card className="px-6 py-8 text-center text-soft">{clipMessages.empty}</Card>
          ) : null}
          <ul className="grid grid-cols-[repeat(auto-fill,minmax(16rem,1fr))] gap-4">
            {clips.map((clip) => (
              <ClipCard
                key={clip.id}
                clip={clip}
                onShow={() => showClip(clip)}
                onDelete={mayCut ? () => remove(clip) : undefined}
              />
            ))}
          </ul>
        </section>
      </div>
      <aside className="flex flex-col gap-4" aria-label={m.details}>
        <LoudnessPanel loudness={analysis.loudness} />
        <FoundPanel analysis={analysis} />
        {media.contactSheetUrl ? (
          <Panel title={m.contactSheet}>
            <a href={media.contactSheetUrl} target="_blank" rel="noreferrer" className="block">
              <img
                src={media.contactSheetUrl}
                alt={m.contactSheetAlt(asset.name)}
                loading="lazy"
                className="w-full rounded-lg"
              />
            </a>
          </Panel>
        ) : null}
      </aside>
    </div>
  )
}
