'use client'
import { usePathname, useSearchParams } from 'next/navigation'

/**
 * The id a detail page shows: `?id=` of links inside Studio, or the last part of a pretty address such as
 * `/runs/run_01J…`, which the server answers with the same page.
 */
export function useDetailId(): string | undefined {
  const query = useSearchParams().get('id')
  const last = usePathname().split('/').filter(Boolean).at(-1)
  if (query) return query
  return last?.includes('_') ? decodeURIComponent(last) : undefined
}

/** Addresses of the detail pages. */
export const hrefs = {
  asset: (id: string) => `/media/view?id=${encodeURIComponent(id)}`,
  draft: (id: string) => `/drafts/view?id=${encodeURIComponent(id)}`,
  batch: (id: string) => `/batches/view?id=${encodeURIComponent(id)}`,
  run: (id: string) => `/runs/view?id=${encodeURIComponent(id)}`,
  flag: (key: string) => `/flags/view?id=${encodeURIComponent(key)}`,
  experiment: (key: string) => `/experiments/view?id=${encodeURIComponent(key)}`,
  prompt: ({ key, topic, language }: { key: string; topic: string; language: string }) =>
    `/prompts/view?${new URLSearchParams({ id: key, topic, language })}`,
}
