'use client'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask, idempotencyKey } from '../../api/client.ts'
import type { TranscriptSummary } from '../../api/shapes.ts'
import { problemText } from '../../shell/problem-note.tsx'
import { offerUndo } from '../../shell/undoable.ts'
import { toast } from '../../ui/toast.tsx'
import { captionMessages as m } from './edit-messages.ts'
import { saveFile } from './save-file.ts'

export const captionFormats = ['srt', 'vtt', 'ass'] as const
export type CaptionFormat = (typeof captionFormats)[number]

/** The transcripts of a recording, newest first. */
export const transcriptsQuery = (assetId: string) =>
  queryOptions({
    queryKey: ['transcripts', assetId],
    queryFn: () => ask(api.GET('/api/v1/assets/{assetId}/transcripts', { params: { path: { assetId } } })),
  })

export function useCreateTranscript(assetId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (script: string) =>
      ask(
        api.POST('/api/v1/assets/{assetId}/transcripts', {
          params: { path: { assetId } },
          body: script.trim() === '' ? {} : { script },
          headers: idempotencyKey(),
        }),
      ),
    onSuccess: () => toast(m.queued),
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['transcripts'] }),
  })
}

/** Saves the captions of a transcript under the name that the server gives them. */
export function useDownloadCaptions(transcriptId: string) {
  return useMutation({
    mutationFn: async (format: CaptionFormat) => {
      const params = { path: { transcriptId }, query: { format } }
      const call = api.GET('/api/v1/transcripts/{transcriptId}/captions', { params, parseAs: 'blob' })
      const [content, { response }] = await Promise.all([ask(call), call])
      saveFile(content, response.headers)
    },
    onError: (error) => toast.error(problemText(error)),
  })
}

/** Takes the transcript off the page at once and deletes it when the way back has passed. */
export function useDeleteTranscript(assetId: string) {
  const client = useQueryClient()
  const key = transcriptsQuery(assetId).queryKey
  return (transcript: TranscriptSummary) => {
    void client.cancelQueries({ queryKey: key })
    const before = client.getQueryData(key)
    client.setQueryData(key, (list) =>
      list ? { ...list, items: list.items.filter(({ id }) => id !== transcript.id) } : list,
    )
    offerUndo({
      message: m.deleted,
      undoLabel: m.undo,
      undo: () => client.setQueryData(key, before),
      commit: () => {
        const params = { path: { transcriptId: transcript.id } }
        ask(api.DELETE('/api/v1/transcripts/{transcriptId}', { params }))
          .catch((error: unknown) => toast.error(problemText(error)))
          .finally(() => void client.invalidateQueries({ queryKey: ['transcripts'] }))
      },
    })
  }
}
