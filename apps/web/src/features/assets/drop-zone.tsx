'use client'
import { UploadCloud } from 'lucide-react'
import { type DragEvent, useEffect, useId, useRef, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { cx } from '../../ui/cx.ts'
import { uploadMessages as m } from './messages.ts'

type DropZoneProps = {
  onFiles: (files: File[]) => void
  /** Puts the focus on the button, for links that mean "upload". */
  openNow?: boolean
  /** Less tall, once there is something else to look at. */
  compact?: boolean
}

/** The one place to drop recordings; the button does the same from the keyboard. */
export function DropZone({ onFiles, openNow, compact }: DropZoneProps) {
  const inputRef = useRef<HTMLInputElement>(null)
  const buttonRef = useRef<HTMLButtonElement>(null)
  const inputId = useId()
  const [isOver, setIsOver] = useState(false)
  const depth = useRef(0)

  useEffect(() => {
    if (openNow) buttonRef.current?.focus()
  }, [openNow])

  function onDrag(event: DragEvent, change: number) {
    event.preventDefault()
    depth.current = Math.max(0, depth.current + change)
    setIsOver(depth.current > 0)
  }

  function onDrop(event: DragEvent) {
    event.preventDefault()
    depth.current = 0
    setIsOver(false)
    onFiles([...event.dataTransfer.files])
  }

  return (
    <div
      data-drop-zone
      onDragEnter={(event) => onDrag(event, 1)}
      onDragLeave={(event) => onDrag(event, -1)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDrop}
      className={cx(
        'flex flex-col items-center justify-center rounded-2xl border border-dashed bg-surface px-6 py-12 text-center transition-colors',
        compact ? 'md:py-9' : 'md:py-16',
        isOver ? 'border-accent-ink bg-accent-soft' : 'border-line-strong',
      )}
    >
      <div className="mb-4 grid size-12 place-items-center rounded-2xl bg-accent-soft text-accent-ink">
        <UploadCloud className="size-6" aria-hidden="true" />
      </div>
      <h2 className="text-xl font-semibold tracking-tight">{isOver ? m.dropNow : m.title}</h2>
      <p className="mt-1.5 max-w-md text-soft">{m.body}</p>
      <label htmlFor={inputId} className="sr-only">
        {m.inputLabel}
      </label>
      <input
        ref={inputRef}
        id={inputId}
        type="file"
        multiple
        tabIndex={-1}
        accept="video/*,.mkv,.mov,.mp4,.m4v,.webm,.ts,.mts,.mxf,.avi"
        className="sr-only"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
      <Button
        ref={buttonRef}
        look="primary"
        size="lg"
        className="mt-6"
        onClick={() => inputRef.current?.click()}
      >
        {m.choose}
      </Button>
    </div>
  )
}
