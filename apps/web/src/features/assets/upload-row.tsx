'use client'
import { Pause, Play, X } from 'lucide-react'
import { Problem } from '../../api/problem.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { IconButton } from '../../ui/button.tsx'
import { formatBytes, formatLength } from '../../ui/format.ts'
import { ProgressBar } from '../../ui/progress.tsx'
import { uploadMessages as m } from './messages.ts'
import type { Upload } from './use-uploads.ts'

type UploadRowProps = { upload: Upload; onTogglePause: () => void; onCancel: () => void; onRetry: () => void }

/** One upload under way: how far, how long still, pause and cancel. */
export function UploadRow({ upload, onTogglePause, onCancel, onRetry }: UploadRowProps) {
  const isPaused = upload.phase === 'paused'
  // A file that was refused for what it is will be refused again.
  const mayRetry = !(upload.error instanceof Problem) || upload.error.retryable
  const canPause = isPaused || upload.phase === 'uploading'
  return (
    <li className="rounded-xl border border-line bg-surface p-4" data-upload-phase={upload.phase}>
      <div className="flex items-center gap-3">
        <div className="min-w-0 flex-1">
          <p className="truncate font-medium">{upload.name}</p>
          <p className="mt-0.5 truncate text-sm text-soft tabular-nums">
            {upload.phase === 'failed' ? m.failed : m[upload.phase]}
            {' · '}
            {m.amounts(formatBytes(upload.sentBytes), formatBytes(upload.sizeBytes))}
            {upload.leftMs === undefined || upload.phase !== 'uploading'
              ? ''
              : ` · ${m.left(formatLength(upload.leftMs))}`}
          </p>
        </div>
        {canPause ? (
          <IconButton label={isPaused ? m.resume : m.pause} onClick={onTogglePause}>
            {isPaused ? <Play /> : <Pause />}
          </IconButton>
        ) : null}
        <IconButton label={m.cancel} onClick={onCancel}>
          <X />
        </IconButton>
      </div>
      {upload.error ? (
        <ProblemNote error={upload.error} onRetry={mayRetry ? onRetry : undefined} className="mt-3" />
      ) : (
        <ProgressBar
          label={m.progressOf(upload.name)}
          percent={upload.phase === 'finishing' ? undefined : upload.percent}
          className="mt-3"
        />
      )}
    </li>
  )
}
