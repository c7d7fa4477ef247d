'use client'
import { queryOptions } from '@tanstack/react-query'
import { api, ask } from '../../api/client.ts'
import type { Peaks } from './draw-timeline.ts'

export const mediaQuery = (assetId: string) =>
  queryOptions({
    queryKey: ['media', assetId],
    queryFn: () => ask(api.GET('/api/v1/assets/{assetId}/media', { params: { path: { assetId } } })),
    retry: false,
  })

/** The waveform of a recording. The address is signed and changes; the waveform does not. */
export const peaksQuery = (assetId: string, url: string | null | undefined) =>
  queryOptions({
    queryKey: ['peaks', assetId],
    enabled: typeof url === 'string',
    staleTime: Infinity,
    queryFn: async (): Promise<Peaks> => {
      const response = await fetch(url ?? '')
      if (!response.ok) throw new Error(`The waveform could not be read (${response.status}).`)
      return (await response.json()) as Peaks
    },
  })
