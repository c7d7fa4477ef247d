'use client'
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { followEvents, type LiveEvent } from '../api/event-stream.ts'
import type { Production, Run } from '../api/shapes.ts'

/** Which parts of the cache an event of an area makes old. */
const touchedBy: Record<string, string[]> = {
  run: ['runs', 'productions'],
  production: ['productions', 'runs'],
  asset: ['assets', 'productions'],
  media: ['media', 'assets', 'productions', 'suggestions'],
  transcript: ['transcripts', 'suggestions'],
  suggestions: ['suggestions'],
  tightCut: ['assets', 'clips'],
  clip: ['clips', 'productions'],
  clips: ['clips'],
  rendition: ['renditions'],
  draft: ['drafts', 'productions'],
  notification: ['notifications'],
  flag: ['flags'],
  experiment: ['experiments', 'flags'],
  outcome: ['experiments'],
  prompt: ['prompts'],
}

/** Keeps what is on the page in step with the workspace. Renders nothing. */
export function LiveUpdates() {
  const client = useQueryClient()
  useEffect(() => {
    const gathered = gatherInvalidations(client)
    const stop = followEvents(
      (event) => {
        if (event.type === 'run.progressed') applyProgress(client, event)
        else gathered.add(touchedBy[event.type.split('.')[0] ?? ''] ?? [])
      },
      () => void client.invalidateQueries(),
    )
    return () => {
      stop()
      gathered.stop()
    }
  }, [client])
  return null
}

/** Time between two rounds of refetching: a busy workspace must not use up its person's requests per minute. */
const quietMs = 1500

/** Several events of one moment cause one refetch of each part; the first after a pause is answered at once. */
function gatherInvalidations(client: QueryClient) {
  const waiting = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let lastMs = 0
  function flush() {
    timer = undefined
    lastMs = Date.now()
    for (const area of waiting) void client.invalidateQueries({ queryKey: [area] })
    waiting.clear()
  }
  return {
    add(areas: string[]) {
      for (const area of areas) waiting.add(area)
      timer ??= setTimeout(flush, Math.max(100, lastMs + quietMs - Date.now()))
    },
    stop: () => clearTimeout(timer),
  }
}

type Progress = Pick<Run, 'percent' | 'stage' | 'stageLabel' | 'state'>

/** Writes a tick straight into the cache: a refetch for each would be many a second. */
function applyProgress(client: QueryClient, event: LiveEvent): void {
  const { percent, stage, stageLabel } = event.data as Progress
  const progress: Progress = { state: 'running', percent, stage, stageLabel }
  client.setQueriesData<unknown>({ queryKey: ['runs'] }, (cached: unknown) =>
    patched(cached, (item: Run) => (item.id === event.subjectId ? { ...item, ...progress } : item)),
  )
  client.setQueriesData<unknown>({ queryKey: ['productions'] }, (cached: unknown) =>
    patched(cached, (item: Production) => (item.runId === event.subjectId ? { ...item, ...progress } : item)),
  )
}

/** Applies a change to a cached thing, a page of things, or pages of things. */
function patched<Item>(cached: unknown, change: (item: Item) => Item): unknown {
  if (typeof cached !== 'object' || cached === null) return cached
  if ('pages' in cached && Array.isArray(cached.pages)) {
    return { ...cached, pages: cached.pages.map((page: unknown) => patched(page, change)) }
  }
  if ('items' in cached && Array.isArray(cached.items)) return { ...cached, items: cached.items.map(change) }
  return change(cached as Item)
}
