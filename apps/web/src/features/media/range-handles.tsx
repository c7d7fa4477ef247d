'use client'
import { type KeyboardEvent, type PointerEvent, useRef } from 'react'
import { cx } from '../../ui/cx.ts'
import { formatExactTime } from '../../ui/format.ts'
import type { ClipRange } from './clip-range.ts'
import { mediaMessages } from './messages.ts'
import type { Player } from './player.ts'
import { msToPx, pxToMs, type TimelineView } from './timeline-view.ts'

const m = mediaMessages.timeline

type RangeHandlesProps = {
  view: TimelineView
  range: ClipRange
  frameMs: number
  player: Player
  onMoveIn: (ms: number) => void
  onMoveOut: (ms: number) => void
}

/** The marked stretch with a handle at each end: drag it, or focus it and use the arrows (Shift for a second). */
export function RangeHandles({ view, range, frameMs, player, onMoveIn, onMoveOut }: RangeHandlesProps) {
  const { inMs, outMs } = range
  const from = msToPx(view, inMs ?? 0)
  const to = msToPx(view, outMs ?? view.durationMs)
  const isComplete = inMs !== undefined && outMs !== undefined
  return (
    // Reaches into the timeline's side padding, so that a handle at the very start or end stays whole.
    <div className="pointer-events-none absolute inset-y-0 -inset-x-3 overflow-hidden px-3">
      <div className="relative h-full">
        {inMs !== undefined || outMs !== undefined ? (
          <div
            className={cx('absolute inset-y-0 bg-accent/15', isComplete && 'border-y-2 border-accent')}
            style={{ left: from, width: Math.max(0, to - from) }}
          />
        ) : null}
        {inMs !== undefined ? (
          <Handle
            side="in"
            label={m.inHandle}
            ms={inMs}
            {...{ view, frameMs }}
            onMove={(ms) => {
              onMoveIn(ms)
              player.seek(ms + frameMs / 2)
            }}
          />
        ) : null}
        {outMs !== undefined ? (
          <Handle
            side="out"
            label={m.outHandle}
            ms={outMs}
            {...{ view, frameMs }}
            onMove={(ms) => {
              onMoveOut(ms)
              player.seek(ms - frameMs / 2)
            }}
          />
        ) : null}
      </div>
    </div>
  )
}

type HandleProps = {
  side: 'in' | 'out'
  label: string
  ms: number
  view: TimelineView
  frameMs: number
  onMove: (ms: number) => void
}

function Handle({ side, label, ms, view, frameMs, onMove }: HandleProps) {
  const grabbedPx = useRef<number>(undefined)

  function onKeyDown(event: KeyboardEvent) {
    const direction = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
    if (direction === 0) return
    event.preventDefault()
    onMove(ms + direction * (event.shiftKey ? 1000 : frameMs))
  }
  function onPointerDown(event: PointerEvent<HTMLDivElement>) {
    event.stopPropagation()
    event.currentTarget.setPointerCapture(event.pointerId)
    grabbedPx.current = event.clientX - msToPx(view, ms)
  }
  function onPointerMove(event: PointerEvent) {
    if (grabbedPx.current === undefined) return
    event.stopPropagation()
    onMove(pxToMs(view, event.clientX - grabbedPx.current))
  }

  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.round(view.durationMs)}
      aria-valuenow={Math.round(ms)}
      aria-valuetext={formatExactTime(ms)}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        grabbedPx.current = undefined
      }}
      // 24 px of reach around a thin bar, all of it on the outer side so that short ranges stay grabbable.
      className={cx(
        'group pointer-events-auto absolute inset-y-0 w-6 cursor-ew-resize touch-none',
        side === 'in' ? '-translate-x-full' : '',
      )}
      style={{ left: msToPx(view, ms) }}
    >
      <span
        className={cx(
          'absolute inset-y-0 grid w-3 place-items-center bg-accent text-on-accent group-hover:bg-accent-hover',
          side === 'in' ? 'right-0 rounded-l-md' : 'left-0 rounded-r-md',
        )}
      >
        <span className="h-5 w-0.5 rounded-full bg-on-accent/80" />
      </span>
    </div>
  )
}
