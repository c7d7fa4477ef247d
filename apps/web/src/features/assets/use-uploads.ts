'use client'
import Uppy from '@uppy/core'
import Tus from '@uppy/tus'
import { useCallback, useEffect, useRef, useState } from 'react'
import { chosenWorkspaceId } from '../../api/workspace-choice.ts'
import { largestCheckedBytes, sha256OfFile } from './checksum.ts'
import { uploadRefusal } from './upload-refusal.ts'

export type UploadPhase = 'checking' | 'uploading' | 'paused' | 'finishing' | 'failed'
export type Upload = {
  id: string
  name: string
  phase: UploadPhase
  sentBytes: number
  sizeBytes: number
  percent: number
  /** At the pace so far; undefined until there is a pace. */
  leftMs?: number
  error?: Error
}
export type UploadedAsset = { assetId: string; isDuplicate: boolean; name: string }

type Meta = { sha256?: string; filename?: string; filetype?: string }

/**
 * Resumable uploads of this page. `onUploaded` is told of each finished file; a file chosen again after a reload goes
 * on where it stopped, since tus remembers it by name, size and date.
 */
export function useUploads(onUploaded: (asset: UploadedAsset) => void) {
  const [uploads, setUploads] = useState<Upload[]>([])
  const uppyRef = useRef<Uppy<Meta, never>>(null)
  const uploadedRef = useRef(onUploaded)
  uploadedRef.current = onUploaded

  const change = useCallback((id: string, update: Partial<Upload>) => {
    setUploads((all) => all.map((upload) => (upload.id === id ? { ...upload, ...update } : upload)))
  }, [])

  useEffect(() => {
    const answers = new Map<string, UploadedAsset>()
    const startedAtMs = new Map<string, { atMs: number; sentBytes: number }>()
    const uppy = new Uppy<Meta, never>({ autoProceed: false, logger: quietLogger })
    uppy.use(Tus, {
      endpoint: '/api/v1/uploads',
      headers: workspaceHeaders,
      retryDelays: [0, 1000, 3000, 5000, 10_000],
      removeFingerprintOnSuccess: true,
      allowedMetaFields: ['filename', 'filetype', 'sha256'],
      onAfterResponse: (request, response) => {
        const assetId = response.getHeader('X-Asset-Id')
        if (assetId) {
          const isDuplicate = response.getHeader('X-Asset-Duplicate') === 'true'
          answers.set(request.getURL(), { assetId, isDuplicate, name: '' })
        }
      },
    })
    uppy.on('upload-progress', (file, progress) => {
      if (!file || !progress.bytesTotal) return
      const sentBytes = progress.bytesUploaded || 0
      const start = startedAtMs.get(file.id) ?? { atMs: Date.now(), sentBytes }
      startedAtMs.set(file.id, start)
      const elapsedMs = Date.now() - start.atMs
      const gained = sentBytes - start.sentBytes
      const leftMs =
        gained > 0 && elapsedMs > 800 ? (elapsedMs / gained) * (progress.bytesTotal - sentBytes) : undefined
      const percent = (sentBytes / progress.bytesTotal) * 100
      const phase = sentBytes >= progress.bytesTotal ? 'finishing' : 'uploading'
      change(file.id, file.isPaused ? { phase: 'paused' } : { phase, sentBytes, percent, leftMs })
    })
    uppy.on('upload-pause', (file, isPaused) => {
      if (!file) return
      startedAtMs.delete(file.id)
      change(file.id, { phase: isPaused ? 'paused' : 'uploading', leftMs: undefined })
    })
    uppy.on('upload-success', async (file, response) => {
      if (!file) return
      const answer = answers.get(response.uploadURL ?? '') ?? (await fetchResult(response.uploadURL))
      // Later, since Uppy still holds the upload here and would delete it on the server.
      setTimeout(() => uppy.removeFile(file.id))
      setUploads((all) => all.filter((upload) => upload.id !== file.id))
      if (answer) uploadedRef.current({ ...answer, name: file.name ?? '' })
    })
    uppy.on('upload-error', (file, error) => {
      if (file) change(file.id, { phase: 'failed', error: uploadRefusal(error) })
    })
    uppyRef.current = uppy
    return () => uppy.destroy()
  }, [change])

  const add = useCallback(
    async (file: File) => {
      const uppy = uppyRef.current
      if (!uppy) return
      const id = uppy.addFile({
        name: file.name,
        type: file.type,
        data: file,
        meta: { filename: file.name, filetype: file.type },
      })
      setUploads((all) => [
        ...all.filter((upload) => upload.id !== id),
        { id, name: file.name, phase: 'checking', sentBytes: 0, sizeBytes: file.size, percent: 0 },
      ])
      try {
        if (file.size <= largestCheckedBytes) {
          const sha256 = await sha256OfFile(file, (percent) => change(id, { percent }))
          if (!uppy.getFile(id)) return
          uppy.setFileMeta(id, { sha256 })
        }
        change(id, { phase: 'uploading', percent: 0 })
        await uppy.upload()
      } catch (error) {
        change(id, { phase: 'failed', error: uploadRefusal(error) })
      }
    },
    [change],
  )

  const togglePause = useCallback((id: string) => void uppyRef.current?.pauseResume(id), [])
  const cancel = useCallback((id: string) => {
    uppyRef.current?.removeFile(id)
    setUploads((all) => all.filter((upload) => upload.id !== id))
  }, [])
  const retry = useCallback(
    (id: string) => {
      change(id, { phase: 'uploading', error: undefined })
      void uppyRef.current?.retryUpload(id)
    },
    [change],
  )
  return { uploads, add, togglePause, cancel, retry }
}

// Failures are shown beside the file; the console has nothing to add.
const quietLogger = { debug: () => {}, warn: () => {}, error: () => {} }

function workspaceHeaders(): Record<string, string> {
  const workspaceId = chosenWorkspaceId()
  return workspaceId ? { 'X-Workspace-Id': workspaceId } : {}
}

/** Asks again for the answer of a finished upload, for when its last response was lost on the way. */
async function fetchResult(uploadUrl: string | undefined): Promise<UploadedAsset | undefined> {
  if (!uploadUrl) return undefined
  const response = await fetch(`${uploadUrl}/result`, { headers: workspaceHeaders() })
  if (!response.ok) return undefined
  const { assetId, duplicate } = (await response.json()) as { assetId: string; duplicate: boolean }
  return { assetId, isDuplicate: duplicate, name: '' }
}
