'use client'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, ask, idempotencyKey } from '../../api/client.ts'
import type { Transcript } from '../../api/shapes.ts'
import { problemText } from '../../shell/problem-note.tsx'
import { toast } from '../../ui/toast.tsx'
import { suggestionsQuery } from './suggestion-queries.ts'
import { transcriptMessages as m } from './transcript-messages.ts'

export type SpokenWord = Transcript['words'][number]

/** A transcript with its words. */
export const transcriptQuery = (transcriptId: string) =>
  queryOptions({
    queryKey: ['transcripts', 'one', transcriptId],
    queryFn: () => ask(api.GET('/api/v1/transcripts/{transcriptId}', { params: { path: { transcriptId } } })),
  })

/** Takes a stretch out of the tight cut. */
export function useCutOut(assetId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (cut: { startMs: number; endMs: number; reason: string }) =>
      ask(
        api.POST('/api/v1/assets/{assetId}/suggestions', {
          params: { path: { assetId } },
          body: cut,
          headers: idempotencyKey(),
        }),
      ),
    onSuccess: (list) => {
      client.setQueryData(suggestionsQuery(assetId).queryKey, list)
      toast(m.cutDone)
    },
    onError: (error) => toast.error(problemText(error)),
  })
}

const versioned = ({ id, version }: Transcript) => ({
  params: { path: { transcriptId: id }, header: { 'if-match': `"v${version}"` } },
  headers: idempotencyKey(),
})

/** Replaces the text; the server puts it to the sound again. */
export function useCorrectTranscript() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ transcript, text }: { transcript: Transcript; text: string }) =>
      ask(api.PUT('/api/v1/transcripts/{transcriptId}/text', { ...versioned(transcript), body: { text } })),
    onSuccess: () => toast(m.saved),
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['transcripts'] }),
  })
}

/** Notes that a person has listened to these words and they are right. */
export function useConfirmWords() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ transcript, words }: { transcript: Transcript; words: number[] }) =>
      ask(
        api.POST('/api/v1/transcripts/{transcriptId}/confirm', { ...versioned(transcript), body: { words } }),
      ),
    onSuccess: (confirmed) => client.setQueryData(transcriptQuery(confirmed.id).queryKey, confirmed),
    onError: (error) => toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['transcripts'] }),
  })
}
