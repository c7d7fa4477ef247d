'use client'
import { Scissors, X } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '../../ui/button.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { TextField } from '../../ui/field.tsx'
import { formatExactTime } from '../../ui/format.ts'
import { mediaMessages } from '../media/messages.ts'
import { clipMessages as m } from './messages.ts'
import { type Shape, ShapeFields } from './shape-fields.tsx'

const t = mediaMessages.timeline

type NewClipBarProps = {
  range: { inMs?: number; outMs?: number }
  suggestedTitle: string
  isBusy: boolean
  onMarkIn: () => void
  onMarkOut: () => void
  onClear: () => void
  onCreate: (title: string, shape?: Shape) => void
  /** The existing clip whose ends are being moved. */
  recut?: { title: string; onRecut: () => void }
}

/** Marks in and out, and makes a clip of what lies between. */
export function NewClipBar(props: NewClipBarProps) {
  const { range, suggestedTitle, isBusy, onMarkIn, onMarkOut, onClear, onCreate, recut } = props
  const [title, setTitle] = useState('')
  const [shape, setShape] = useState<Shape>()
  const { inMs, outMs } = range
  const isComplete = inMs !== undefined && outMs !== undefined
  return (
    <form
      className="mt-3 flex flex-wrap items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isComplete) return
        onCreate(title.trim() || suggestedTitle, shape)
        setTitle('')
      }}
    >
      <Button onClick={onMarkIn}>
        {t.setIn} <Kbd>I</Kbd>
      </Button>
      <Button onClick={onMarkOut}>
        {t.setOut} <Kbd>O</Kbd>
      </Button>
      <p className="px-1 text-sm text-soft tabular-nums" aria-live="polite" data-clip-range>
        {isComplete
          ? t.range(formatExactTime(inMs), formatExactTime(outMs), formatExactTime(outMs - inMs))
          : inMs !== undefined
            ? `${formatExactTime(inMs)} – …`
            : outMs !== undefined
              ? `… – ${formatExactTime(outMs)}`
              : t.hint}
      </p>
      {inMs !== undefined || outMs !== undefined ? (
        <IconButton label={t.clear} shortcut="X" size="sm" onClick={onClear}>
          <X />
        </IconButton>
      ) : null}
      {isComplete ? (
        <TextField
          label={m.nameLabel}
          hideLabel
          placeholder={suggestedTitle}
          value={title}
          maxLength={200}
          onChange={(event) => setTitle(event.target.value)}
          className="min-w-48 flex-1"
        />
      ) : (
        <span className="flex-1" />
      )}
      {isComplete ? <ShapeFields shape={shape} onChange={setShape} hideLabel /> : null}
      {recut && isComplete ? (
        <Button onClick={recut.onRecut} busy={isBusy} className="max-w-64">
          <span className="truncate">{m.recut(recut.title)}</span>
        </Button>
      ) : null}
      <Button type="submit" look="primary" disabled={!isComplete} busy={isBusy}>
        <Scissors /> {isBusy ? m.creating : m.create}
      </Button>
    </form>
  )
}
