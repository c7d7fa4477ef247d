'use client'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Setting } from '../../api/shapes.ts'
import { shellMessages } from '../../shell/messages.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { Card, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { useMay } from '../identity/session.ts'
import { settingsMessages } from './messages.ts'
import { readableValue } from './readable-value.ts'
import { SettingForm } from './setting-form.tsx'
import { SettingHistory } from './setting-history.tsx'
import { settingsQuery } from './setting-queries.ts'

const m = settingsMessages.workspace

/** Every setting with its value and where that comes from, to be searched, changed and brought back. */
export function WorkspaceSection() {
  const settings = useQuery(settingsQuery())
  const mayWrite = useMay('settings.write')
  const [search, setSearch] = useState('')
  const [open, setOpen] = useState<{ key: string; what: 'form' | 'history' }>()
  const items = settings.data?.items ?? []
  const found = items.filter((setting) => matches(setting, search))
  const shown = items.find((setting) => setting.key === open?.key)
  const close = () => setOpen(undefined)

  return (
    <>
      <SectionHead title={m.title} />
      <p className="-mt-2 mb-4 text-soft">{m.lead}</p>
      <TextField
        label={m.search}
        hideLabel
        type="search"
        placeholder={m.search}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        className="mb-4"
      />
      {settings.error ? <ProblemNote error={settings.error} onRetry={() => void settings.refetch()} /> : null}
      {settings.isPending ? <Skeleton className="h-64" /> : null}
      {settings.isSuccess && found.length === 0 ? <p className="text-soft">{m.nothing(search)}</p> : null}
      {areasOf(found).map(([area, its]) => (
        <Card key={area} className="mb-4">
          <h3 className="px-4 pt-3 text-sm font-medium text-soft">{m.areas[area] ?? area}</h3>
          <ul className="divide-y divide-line">
            {its.map((setting) => (
              <SettingRow
                key={setting.key}
                setting={setting}
                mayWrite={mayWrite}
                onOpen={(what) => setOpen({ key: setting.key, what })}
              />
            ))}
          </ul>
        </Card>
      ))}
      <Dialog
        open={shown !== undefined && open?.what === 'form'}
        onOpenChange={close}
        title={shown ? m.changeTitle(shown.title) : ''}
        lead={shown?.description}
        closeLabel={shellMessages.close}
      >
        {shown ? <SettingForm setting={shown} onDone={close} /> : null}
      </Dialog>
      <Dialog
        open={shown !== undefined && open?.what === 'history'}
        onOpenChange={close}
        title={shown ? m.historyTitle(shown.title) : ''}
        closeLabel={shellMessages.close}
      >
        {shown ? <SettingHistory setting={shown} mayWrite={mayWrite} /> : null}
      </Dialog>
    </>
  )
}

type RowProps = { setting: Setting; mayWrite: boolean; onOpen: (what: 'form' | 'history') => void }

function SettingRow({ setting, mayWrite, onOpen }: RowProps) {
  const { key, title, description, value, unit, layer } = setting
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-56 flex-1">
        <p className="font-medium">{title}</p>
        <p className="text-sm text-soft">{description}</p>
        <p className="font-mono text-xs text-faint">{key}</p>
      </div>
      <div className="flex flex-wrap items-center gap-3">
        <span className="font-medium tabular-nums">{readableValue(value, unit)}</span>
        <Badge tone={layer === 'default' ? 'neutral' : 'accent'}>{m.layers[layer]}</Badge>
        <Button size="sm" look="ghost" aria-label={m.historyTitle(title)} onClick={() => onOpen('history')}>
          {m.history}
        </Button>
        {mayWrite ? (
          <Button size="sm" aria-label={m.changeTitle(title)} onClick={() => onOpen('form')}>
            {m.change}
          </Button>
        ) : null}
      </div>
    </li>
  )
}

function matches({ key, title, description }: Setting, search: string): boolean {
  return `${key} ${title} ${description}`.toLowerCase().includes(search.trim().toLowerCase())
}

function areasOf(settings: Setting[]): Array<[string, Setting[]]> {
  const areas = new Map<string, Setting[]>()
  for (const setting of settings) areas.set(setting.area, [...(areas.get(setting.area) ?? []), setting])
  return [...areas]
}
