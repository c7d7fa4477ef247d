'use client'
import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { Tabs } from 'radix-ui'
import { useState } from 'react'
import type { Adaptation, Draft } from '../../api/shapes.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { cx } from '../../ui/cx.ts'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { Skeleton } from '../../ui/surface.tsx'
import { AdaptationEditor } from './adaptation-editor.tsx'
import { adaptationMessages as m } from './adaptation-messages.ts'
import { adaptationsQuery, type Destination, textLimitsQuery, useAdapt } from './adaptation-queries.ts'

const usual: Destination[] = ['youtube', 'instagram-reel', 'linkedin', 'x']

/** What the draft says at each destination: a tab each, with a preview beside the text. */
export function AdaptationsSection({
  draft,
  picture,
  isReadOnly,
}: {
  draft: Draft
  picture: string | undefined
  isReadOnly: boolean
}) {
  const query = useQuery(adaptationsQuery(draft.id))
  const adapt = useAdapt(draft.id)
  const [chosen, setChosen] = useState<Destination>()
  const items = query.data?.items ?? []
  const current = items.find(({ destination }) => destination === chosen) ?? items[0]

  function add(destinations: Destination[]) {
    adapt.mutate({ destinations }, { onSuccess: () => setChosen(destinations[0]) })
  }

  return (
    <section aria-labelledby="adaptations" className="mt-8 border-t border-line pt-6">
      <div className="mb-4 flex flex-wrap items-end justify-between gap-3">
        <div>
          <h2 id="adaptations" className="text-lg font-semibold">
            {m.title}
          </h2>
          <p className="text-soft">{m.lead}</p>
        </div>
        {isReadOnly || items.length === 0 ? null : <AddMenu items={items} onAdd={(one) => add([one])} />}
      </div>
      {query.error ? <ProblemNote error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isPending ? <Skeleton className="h-40" /> : null}
      {query.data && items.length === 0 ? (
        <div className="rounded-xl border border-dashed border-line-strong p-6 text-center">
          <p className="mx-auto max-w-prose text-soft">{m.empty}</p>
          {isReadOnly ? null : (
            <Button
              look="primary"
              className="mt-4 max-md:h-auto max-md:py-2 max-md:whitespace-normal"
              busy={adapt.isPending}
              onClick={() => add(usual)}
            >
              {m.usual}
            </Button>
          )}
        </div>
      ) : null}
      {current ? (
        <Tabs.Root value={current.destination} onValueChange={(value) => setChosen(value as Destination)}>
          <Tabs.List aria-label={m.places} className="-mx-1 mb-4 flex gap-1 overflow-x-auto px-1 pb-1">
            {items.map((item) => (
              <Tab key={item.destination} item={item} />
            ))}
          </Tabs.List>
          {items.map((item) => (
            <Tabs.Content key={item.destination} value={item.destination} className="outline-none">
              <AdaptationEditor
                adaptation={item}
                picture={picture}
                isReadOnly={isReadOnly}
                onAgain={() => adapt.mutateAsync({ destinations: [item.destination], again: true })}
              />
            </Tabs.Content>
          ))}
        </Tabs.Root>
      ) : null}
    </section>
  )
}

function Tab({ item }: { item: Adaptation }) {
  return (
    <Tabs.Trigger
      value={item.destination}
      className={cx(
        'inline-flex h-9 shrink-0 items-center gap-2 rounded-lg px-3 font-medium text-soft hover:bg-hover max-md:h-10',
        'data-[state=active]:bg-accent-soft data-[state=active]:text-accent-ink',
      )}
    >
      {item.name}
      <span
        className={cx('size-2 rounded-full', item.isReady ? 'bg-ok' : 'bg-warn')}
        role="img"
        aria-label={item.isReady ? m.ready : m.faults(item.violations.length)}
      />
    </Tabs.Trigger>
  )
}

function AddMenu({ items, onAdd }: { items: Adaptation[]; onAdd: (destination: Destination) => void }) {
  const limits = useQuery(textLimitsQuery).data?.items ?? []
  const there = new Set(items.map(({ destination }) => destination))
  const others = limits.filter(({ destination }) => !there.has(destination))
  if (others.length === 0) return null
  return (
    <Menu
      align="end"
      trigger={
        <Button size="sm">
          <Plus /> {m.adaptFor}
        </Button>
      }
    >
      {others.map(({ destination, name }) => (
        <MenuItem key={destination} onSelect={() => onAdd(destination)}>
          {name}
        </MenuItem>
      ))}
    </Menu>
  )
}
