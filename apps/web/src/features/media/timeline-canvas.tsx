'use client'
import { useEffect, useRef } from 'react'
import { useTheme } from '../../shell/theme.tsx'
import { drawTimeline, timelineInks, type TimelineMarks } from './draw-timeline.ts'
import type { TimelineView } from './timeline-view.ts'

export const waveHeightPx = 128

/** The painted part of the timeline. What it shows is also in words beside it, so it is hidden from readers. */
export function TimelineCanvas({ view, marks }: { view: TimelineView; marks: TimelineMarks }) {
  const ref = useRef<HTMLCanvasElement>(null)
  const { dark } = useTheme()

  useEffect(() => {
    const canvas = ref.current
    const context = canvas?.getContext('2d')
    if (!canvas || !context) return
    const scale = window.devicePixelRatio || 1
    canvas.width = Math.round(view.widthPx * scale)
    canvas.height = Math.round(waveHeightPx * scale)
    context.setTransform(scale, 0, 0, scale, 0, 0)
    drawTimeline(context, view, waveHeightPx, marks, timelineInks(canvas))
  }, [view, marks, dark])

  return <canvas ref={ref} aria-hidden="true" className="block w-full" style={{ height: waveHeightPx }} />
}
