'use client'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Asset, RenditionPreset } from '../../api/shapes.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { SelectField } from '../../ui/field.tsx'
import { formatBytes, formatLength } from '../../ui/format.ts'
import { Card, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { useMay } from '../identity/session.ts'
import { RenditionCard } from './rendition-card.tsx'
import { renditionMessages as m } from './rendition-messages.ts'
import {
  presetsQuery,
  renditionsOfQuery,
  useCreateRendition,
  useDeleteRendition,
} from './rendition-queries.ts'

/** Choose what a recording is for, and get the file: with progress, its quality score and a download. */
export function RenditionsPanel({ asset }: { asset: Asset }) {
  const presets = useQuery(presetsQuery).data?.items ?? []
  const renditions = useQuery(renditionsOfQuery(asset.id))
  const mayMake = useMay('media.write')
  const remove = useDeleteRendition(asset.id)
  const items = renditions.data?.items ?? []
  const titleOf = (name: string) => presets.find((preset) => preset.name === name)?.title ?? name

  return (
    <section className="mt-8" aria-label={m.title}>
      <SectionHead title={m.title} />
      {mayMake && presets.length > 0 ? <PresetBar asset={asset} presets={presets} /> : null}
      {renditions.error ? (
        <ProblemNote error={renditions.error} onRetry={() => void renditions.refetch()} />
      ) : null}
      {renditions.isPending ? <Skeleton className="h-20" /> : null}
      {renditions.isSuccess && items.length === 0 ? <p className="text-soft">{m.empty}</p> : null}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,19rem),1fr))] gap-4">
        {items.map((rendition) => (
          <RenditionCard
            key={rendition.id}
            rendition={rendition}
            title={titleOf(rendition.preset)}
            onDelete={mayMake ? () => remove(rendition, titleOf(rendition.preset)) : undefined}
          />
        ))}
      </ul>
    </section>
  )
}

function PresetBar({ asset, presets }: { asset: Asset; presets: RenditionPreset[] }) {
  const [name, setName] = useState<string>(presets[0]?.name ?? '')
  const create = useCreateRendition(asset.id)
  const chosen = presets.find((preset) => preset.name === name)
  const longest = numberLimit(chosen, 'maxDurationMs')
  const isTooLong = longest !== undefined && asset.durationMs !== null && asset.durationMs > longest
  return (
    <Card className="mb-4 p-4">
      <form
        className="flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (chosen && !create.isPending) create.mutate(chosen)
        }}
      >
        <SelectField
          label={m.preset}
          className="min-w-0 grow basis-56"
          value={name}
          onChange={(event) => setName(event.target.value)}
        >
          {(['delivery', 'editing'] as const).map((kind) => (
            <optgroup key={kind} label={m.groups[kind]}>
              {presets
                .filter((preset) => preset.kind === kind)
                .map((preset) => (
                  <option key={preset.name} value={preset.name}>
                    {preset.title}
                  </option>
                ))}
            </optgroup>
          ))}
        </SelectField>
        <Button type="submit" look="primary" busy={create.isPending} disabled={isTooLong}>
          {m.make}
        </Button>
      </form>
      {chosen ? (
        <p className={`mt-2 text-sm ${isTooLong ? 'text-bad' : 'text-soft'}`} aria-live="polite">
          {isTooLong ? m.tooLong(chosen.title) : limitsOf(chosen)}
        </p>
      ) : null}
    </Card>
  )
}

function limitsOf(preset: RenditionPreset): string {
  if (preset.kind === 'editing') return m.noLimits
  const shortest = numberLimit(preset, 'minDurationMs')
  const longest = numberLimit(preset, 'maxDurationMs')
  const largest = numberLimit(preset, 'maxBytes')
  const parts = [
    shortest === undefined ? undefined : m.atLeast(formatLength(shortest)),
    longest === undefined ? undefined : m.upTo(formatLength(longest)),
    largest === undefined ? undefined : m.bytes(formatBytes(largest)),
  ].filter(Boolean)
  const date = preset.limits[0]?.date
  return [m.limits(parts.join(', ')), date ? m.limitsChecked(date) : undefined].filter(Boolean).join(' · ')
}

function numberLimit(preset: RenditionPreset | undefined, limit: string): number | undefined {
  const value = preset?.limits.find((one) => one.limit === limit)?.value
  return typeof value === 'number' ? value : undefined
}
