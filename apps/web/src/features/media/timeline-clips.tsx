'use client'
import { cx } from '../../ui/cx.ts'
import { formatTime } from '../../ui/format.ts'
import { mediaMessages } from './messages.ts'
import { msToPx, type TimelineView } from './timeline-view.ts'

export type ClipBar = { id: string; title: string; startMs: number; endMs: number; isReady: boolean }

/** The clips that exist, as bars under the waveform. */
export function TimelineClips({
  view,
  clips,
  onClip,
}: {
  view: TimelineView
  clips: ClipBar[]
  onClip: (clip: ClipBar) => void
}) {
  return (
    <div className="relative h-10 overflow-hidden border-t border-line">
      {clips.map((clip) => {
        const left = msToPx(view, clip.startMs)
        const width = Math.max(10, msToPx(view, clip.endMs) - left)
        if (left + width < 0 || left > view.widthPx) return null
        return (
          <button
            key={clip.id}
            type="button"
            aria-label={mediaMessages.timeline.clipBar(
              clip.title,
              formatTime(clip.startMs),
              formatTime(clip.endMs),
            )}
            title={clip.title}
            onPointerDown={(event) => event.stopPropagation()}
            onClick={() => onClip(clip)}
            style={{ left, width }}
            className={cx(
              'absolute inset-y-1.5 truncate rounded-md border border-clip bg-[var(--clip-soft)] px-1.5 text-left text-xs leading-6 font-medium text-ink -outline-offset-2 hover:brightness-110',
              !clip.isReady && 'border-dashed',
            )}
          >
            {clip.title}
          </button>
        )
      })}
    </div>
  )
}
