'use client'
import { useCallback, useMemo, useState } from 'react'
import type { Player } from './player.ts'

export type ClipRange = { inMs?: number; outMs?: number }

/** The shortest clip a person can mark, so that two handles can always be told apart. */
const shortestFrames = 2

/** In and out of the clip being marked, always on frame boundaries, half-open: out is the end of the last frame kept. */
export function useClipRange(player: Player, frameMs: number, durationMs: number) {
  const [range, setRange] = useState<ClipRange>({})

  const toFrame = useCallback(
    (ms: number) => Math.min(durationMs, Math.max(0, Math.round(ms / frameMs) * frameMs)),
    [frameMs, durationMs],
  )
  const moveIn = useCallback(
    (ms: number) =>
      setRange(({ outMs }) => {
        const inMs = toFrame(ms)
        return {
          inMs,
          outMs: outMs !== undefined && outMs < inMs + shortestFrames * frameMs ? undefined : outMs,
        }
      }),
    [toFrame, frameMs],
  )
  const moveOut = useCallback(
    (ms: number) =>
      setRange(({ inMs }) => {
        const outMs = toFrame(ms)
        return {
          inMs: inMs !== undefined && inMs > outMs - shortestFrames * frameMs ? undefined : inMs,
          outMs,
        }
      }),
    [toFrame, frameMs],
  )

  return useMemo(() => {
    const shownFrameMs = () => Math.floor(player.state().timeMs / frameMs + 0.01) * frameMs
    return {
      range,
      moveIn,
      moveOut,
      set: setRange,
      clear: () => setRange({}),
      /** I: the shown frame is the first one kept. */
      markIn: () => moveIn(shownFrameMs()),
      /** O: the shown frame is the last one kept. */
      markOut: () => moveOut(shownFrameMs() + frameMs),
    }
  }, [range, moveIn, moveOut, player, frameMs])
}
