'use client'
import { Maximize2, ZoomIn, ZoomOut } from 'lucide-react'
import { type PointerEvent, useCallback, useEffect, useRef, useState } from 'react'
import { IconButton } from '../../ui/button.tsx'
import { useShortcuts } from '../../shell/shortcuts.ts'
import type { ClipRange } from './clip-range.ts'
import type { TimelineMarks } from './draw-timeline.ts'
import { mediaMessages } from './messages.ts'
import type { Player } from './player.ts'
import { Playhead } from './playhead.tsx'
import { RangeHandles } from './range-handles.tsx'
import { TimelineCanvas } from './timeline-canvas.tsx'
import { type ClipBar, TimelineClips } from './timeline-clips.tsx'
import { fitView, pxToMs, revealMs, scrollView, type TimelineView, zoomView } from './timeline-view.ts'

const m = mediaMessages.timeline

type TimelineProps = {
  player: Player
  durationMs: number
  frameMs: number
  marks: TimelineMarks
  clips: ClipBar[]
  range: ClipRange
  onMoveIn: (ms: number) => void
  onMoveOut: (ms: number) => void
  onClip: (clip: ClipBar) => void
}

/** Waveform, quiet parts, scene changes, clips and the in/out handles; zooms to single frames. */
export function Timeline(props: TimelineProps) {
  const { player, durationMs, frameMs, marks, clips, range, onMoveIn, onMoveOut, onClip } = props
  const [area, setArea] = useState<HTMLDivElement | null>(null)
  const [view, setView] = useState<TimelineView>(() => fitView(1, durationMs))

  useEffect(() => {
    if (!area) return
    const observer = new ResizeObserver(([entry]) => {
      const widthPx = Math.floor(entry?.contentRect.width ?? 0)
      if (widthPx > 0) setView((old) => resized(old, widthPx, durationMs))
    })
    observer.observe(area)
    return () => observer.disconnect()
  }, [area, durationMs])

  useEffect(() => {
    if (!area) return
    // React listens passively to wheel events; zooming must keep the page from zooming too.
    function onWheel(event: WheelEvent) {
      const px =
        Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.shiftKey ? event.deltaY : 0
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault()
        const anchorPx = event.clientX - (area?.getBoundingClientRect().left ?? 0)
        setView((old) => zoomView(old, Math.exp(-event.deltaY / 200), pxToMs(old, anchorPx)))
      } else if (px !== 0) {
        event.preventDefault()
        setView((old) => scrollView(old, px))
      }
    }
    area.addEventListener('wheel', onWheel, { passive: false })
    return () => area.removeEventListener('wheel', onWheel)
  }, [area])

  const zoom = useCallback(
    (factor: number) =>
      setView((old) => revealMs(zoomView(old, factor, player.state().timeMs), player.state().timeMs)),
    [player],
  )
  const fit = useCallback(() => setView((old) => fitView(old.widthPx, durationMs)), [durationMs])
  const reveal = useCallback((ms: number) => setView((old) => revealMs(old, ms)), [])
  useShortcuts({ '+': () => zoom(2), '=': () => zoom(2), '-': () => zoom(0.5), '0': fit })

  const isDragging = useRef(false)
  function seekTo(event: PointerEvent<HTMLDivElement>) {
    const left = event.currentTarget.getBoundingClientRect().left
    player.seek(pxToMs(view, event.clientX - left))
  }

  return (
    <section aria-label={m.label} className="overflow-hidden rounded-xl border border-line bg-surface">
      <div className="overflow-hidden px-3">
        <div
          ref={setArea}
          className="relative cursor-text touch-pan-y select-none"
          onPointerDown={(event) => {
            if (event.button !== 0) return
            isDragging.current = true
            event.currentTarget.setPointerCapture(event.pointerId)
            seekTo(event)
          }}
          onPointerMove={(event) => {
            if (isDragging.current) seekTo(event)
          }}
          onPointerUp={() => {
            isDragging.current = false
          }}
          onPointerCancel={() => {
            isDragging.current = false
          }}
        >
          <TimelineCanvas view={view} marks={marks} />
          <TimelineClips view={view} clips={clips} onClip={onClip} />
          <RangeHandles
            view={view}
            range={range}
            frameMs={frameMs}
            onMoveIn={onMoveIn}
            onMoveOut={onMoveOut}
            player={player}
          />
          <Playhead
            player={player}
            view={view}
            durationMs={durationMs}
            frameMs={frameMs}
            onOutside={reveal}
          />
        </div>
      </div>
      <div className="flex items-center gap-1 border-t border-line px-2 py-1">
        <Legend />
        <span className="flex-1" />
        <Scroller view={view} onScroll={setView} />
        <IconButton size="sm" label={m.zoomOut} shortcut="−" onClick={() => zoom(0.5)}>
          <ZoomOut />
        </IconButton>
        <IconButton size="sm" label={m.zoomIn} shortcut="+" onClick={() => zoom(2)}>
          <ZoomIn />
        </IconButton>
        <IconButton size="sm" label={m.fit} shortcut="0" onClick={fit}>
          <Maximize2 />
        </IconButton>
      </div>
    </section>
  )
}

function resized(view: TimelineView, widthPx: number, durationMs: number): TimelineView {
  const isFitted =
    view.widthPx <= 1 ||
    view.durationMs !== durationMs ||
    view.msPerPx >= fitView(view.widthPx, durationMs).msPerPx
  return isFitted ? fitView(widthPx, durationMs) : scrollView({ ...view, widthPx }, 0)
}

function Scroller({
  view,
  onScroll,
}: {
  view: TimelineView
  onScroll: (change: (view: TimelineView) => TimelineView) => void
}) {
  const hiddenMs = view.durationMs - view.widthPx * view.msPerPx
  if (hiddenMs < 1) return null
  return (
    <input
      type="range"
      aria-label={m.scroll}
      min={0}
      max={Math.round(hiddenMs)}
      value={Math.round(view.startMs)}
      onChange={(event) => {
        const startMs = Number(event.target.value)
        onScroll((old) => scrollView({ ...old, startMs }, 0))
      }}
      className="mr-2 h-6 w-28 accent-accent md:w-44"
    />
  )
}

function Legend() {
  const swatch = 'inline-block h-2.5 w-2.5 rounded-sm'
  return (
    <p className="hidden items-center gap-4 px-2 text-xs text-faint sm:flex">
      <span className="flex items-center gap-1.5">
        <span className={`${swatch} border border-line-strong bg-neutral-soft`} /> {m.legend.quiet}
      </span>
      <span className="flex items-center gap-1.5">
        <span className="inline-block h-3 w-px bg-faint" /> {m.legend.scene}
      </span>
      <span className="flex items-center gap-1.5">
        <span className={`${swatch} bg-clip`} /> {m.legend.clip}
      </span>
    </p>
  )
}
