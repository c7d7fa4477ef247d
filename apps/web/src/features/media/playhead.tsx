'use client'
import { type KeyboardEvent, useEffect } from 'react'
import { formatExactTime } from '../../ui/format.ts'
import { mediaMessages as m } from './messages.ts'
import type { Player } from './player.ts'
import { msToPx, type TimelineView } from './timeline-view.ts'
import { usePlayerFact } from './use-player.ts'

type PlayheadProps = {
  player: Player
  view: TimelineView
  durationMs: number
  frameMs: number
  onOutside: (ms: number) => void
}

/** Where the player is. Also the keyboard's way along the timeline. */
export function Playhead({ player, view, durationMs, frameMs, onOutside }: PlayheadProps) {
  const timeMs = usePlayerFact(player, (state) => Math.round(state.timeMs))
  const isPlaying = usePlayerFact(player, (state) => state.isPlaying)
  const px = msToPx(view, timeMs)
  const isOutside = px < 0 || px > view.widthPx

  useEffect(() => {
    if (isPlaying && isOutside) onOutside(timeMs)
  }, [isPlaying, isOutside, timeMs, onOutside])

  function onKeyDown(event: KeyboardEvent) {
    const jumps: Record<string, () => void> = {
      ArrowLeft: () => (event.shiftKey ? player.seek(timeMs - 1000) : player.step(-1)),
      ArrowRight: () => (event.shiftKey ? player.seek(timeMs + 1000) : player.step(1)),
      PageUp: () => player.seek(timeMs - 10_000),
      PageDown: () => player.seek(timeMs + 10_000),
      Home: () => player.seek(0),
      End: () => player.seek(durationMs - frameMs),
    }
    const jump = jumps[event.key]
    if (!jump) return
    event.preventDefault()
    jump()
  }

  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={m.position}
      aria-valuemin={0}
      aria-valuemax={Math.round(durationMs)}
      aria-valuenow={Math.min(timeMs, Math.round(durationMs))}
      aria-valuetext={m.positionText(formatExactTime(timeMs), formatExactTime(durationMs))}
      onKeyDown={onKeyDown}
      className="pointer-events-none absolute inset-y-0 left-0 w-px bg-bad"
      style={{ transform: `translateX(${px}px)`, visibility: isOutside ? 'hidden' : undefined }}
    >
      <span className="absolute -top-px -left-1.5 h-3 w-3.25 rounded-b-sm bg-bad [clip-path:polygon(0_0,100%_0,100%_50%,50%_100%,0_50%)]" />
    </div>
  )
}
