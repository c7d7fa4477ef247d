'use client'
import { ChevronRight, Download, Ellipsis, Play, Trash2, X, ZoomIn } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type ReactNode, useState } from 'react'
import type { Clip } from '../../api/shapes.ts'
import { hrefs } from '../../shell/detail-id.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { formatBytes, formatExactTime, formatLength } from '../../ui/format.ts'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { SteadyVideo } from '../../ui/steady-video.tsx'
import { clipMessages as m } from './messages.ts'
import { ReceiptFacts } from './receipt-facts.tsx'
import { receiptSentences } from './receipt-words.ts'

export const clipTones: Record<Clip['state'], Tone> = {
  queued: 'neutral',
  processing: 'accent',
  processed: 'ok',
  failed: 'bad',
  cancelled: 'neutral',
}

type ClipCardProps = {
  clip: Clip
  /** Shows it in the timeline; left out where there is none. */
  onShow?: () => void
  onDelete?: () => void
  onCancel?: () => void
}

/** A clip with its video, why it was suggested, how it was cut, and the file. */
export function ClipCard({ clip, onShow, onDelete, onCancel }: ClipCardProps) {
  const router = useRouter()
  return (
    <li
      id={clip.id}
      className="scroll-mt-20 overflow-hidden rounded-xl border border-line bg-surface target:border-accent"
    >
      <ClipPicture clip={clip} />
      <div className="p-4">
        <div className="flex items-start justify-between gap-2">
          <div className="min-w-0">
            <h3 className="font-medium break-words">{clip.title}</h3>
            <p className="mt-0.5 text-sm text-soft tabular-nums">
              {formatExactTime(clip.startMs)} – {formatExactTime(clip.endMs)} ·{' '}
              {formatLength(clip.endMs - clip.startMs)}
              {clip.sizeBytes ? ` · ${formatBytes(clip.sizeBytes)}` : ''}
              {clip.reframe ? ` · ${clip.reframe.aspect}` : ''}
            </p>
          </div>
          <Menu
            trigger={
              <Button look="ghost" size="sm" aria-label={m.more(clip.title)} className="-mt-1 -mr-2 w-8 px-0">
                <Ellipsis />
              </Button>
            }
          >
            {onShow ? (
              <MenuItem onSelect={onShow}>
                <ZoomIn /> {m.showInTimeline}
              </MenuItem>
            ) : null}
            {!onShow && clip.assetId ? (
              <MenuItem onSelect={() => router.push(`${hrefs.asset(clip.assetId!)}#${clip.id}`)}>
                <ZoomIn /> {m.showInTimeline}
              </MenuItem>
            ) : null}
            {onCancel ? (
              <MenuItem danger onSelect={onCancel}>
                <X /> {m.cancel}
              </MenuItem>
            ) : null}
            {onDelete ? (
              <MenuItem danger onSelect={onDelete}>
                <Trash2 /> {m.delete}
              </MenuItem>
            ) : null}
          </Menu>
        </div>
        {clip.error ? <ProblemNote error={clip.error} className="mt-3" /> : null}
        {clip.reasons.length > 0 ? <Details title={m.why} lines={clip.reasons} /> : null}
        {clip.receipt ? (
          <Details
            title={m.receipt}
            lines={receiptSentences(clip.reframe ? { ...clip.receipt, fallback: null } : clip.receipt)}
          >
            <ReceiptFacts clip={clip} receipt={clip.receipt} />
          </Details>
        ) : null}
        <div className="mt-3 flex items-center justify-between gap-2">
          <Badge tone={clipTones[clip.state]} pulse={clip.state === 'processing'}>
            {m.states[clip.state]}
          </Badge>
          {clip.fileUrl ? (
            <Button asChild size="sm">
              <a href={clip.fileUrl} download>
                <Download /> {m.download}
              </a>
            </Button>
          ) : null}
        </div>
      </div>
    </li>
  )
}

function Details({
  title,
  lines,
  children,
}: {
  title: string
  lines: readonly string[]
  children?: ReactNode
}) {
  return (
    <details className="group mt-1 text-sm">
      <summary className="-ml-0.5 flex min-h-8 cursor-pointer list-none items-center gap-1 text-soft hover:text-ink max-md:min-h-10">
        <ChevronRight
          className="size-4 text-faint transition-transform group-open:rotate-90"
          aria-hidden="true"
        />
        {title}
      </summary>
      <ul className="mb-1 ml-2.5 list-disc space-y-0.5 pl-4 text-soft marker:text-faint">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {children}
    </details>
  )
}

/** The thumbnail; a press turns it into the video. */
function ClipPicture({ clip }: { clip: Clip }) {
  const [isOpen, setIsOpen] = useState(false)
  if (isOpen && clip.fileUrl) {
    return (
      <SteadyVideo
        src={clip.fileUrl}
        controls
        autoPlay
        playsInline
        aria-label={clip.title}
        className="aspect-video w-full bg-black"
      />
    )
  }
  return (
    <div className="relative aspect-video bg-sunken">
      {clip.thumbnailUrl ? (
        <img src={clip.thumbnailUrl} alt="" loading="lazy" className="size-full object-contain" />
      ) : null}
      {clip.fileUrl ? (
        <IconButton
          label={m.play(clip.title)}
          onClick={() => setIsOpen(true)}
          className="absolute inset-0 m-auto size-12 rounded-full bg-black/60 text-white hover:bg-black/75 hover:text-white"
        >
          <Play className="fill-current" />
        </IconButton>
      ) : null}
    </div>
  )
}
