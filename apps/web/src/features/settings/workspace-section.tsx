'use client'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, ask } from '../../api/client.ts'
import type { Setting } from '../../api/shapes.ts'
import { shellMessages } from '../../shell/messages.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { Card, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'
import { useMay } from '../identity/session.ts'
import { settingsMessages } from './messages.ts'
import { readableValue } from './readable-value.ts'

const m = settingsMessages.workspace

const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: () => ask(api.GET('/api/v1/settings')),
})

/** Every setting with its value and where that comes from. */
export function WorkspaceSection() {
  const settings = useQuery(settingsQuery)
  const mayWrite = useMay('settings.write')
  const [changing, setChanging] = useState<Setting>()
  return (
    <>
      <SectionHead title={m.title} />
      <p className="-mt-2 mb-4 text-soft">{m.lead}</p>
      {settings.error ? <ProblemNote error={settings.error} onRetry={() => void settings.refetch()} /> : null}
      {settings.isPending ? <Skeleton className="h-64" /> : null}
      <Card>
        <ul className="divide-y divide-line">
          {(settings.data?.items ?? []).map((setting) => (
            <li key={setting.key} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
              <div className="min-w-56 flex-1">
                <p className="font-medium">{setting.title}</p>
                <p className="text-sm text-soft">{setting.description}</p>
              </div>
              <div className="flex items-center gap-3">
                <span className="font-medium tabular-nums">{readableValue(setting.value, setting.unit)}</span>
                <Badge tone={setting.layer === 'default' ? 'neutral' : 'accent'}>
                  {m.layers[setting.layer]}
                </Badge>
                {mayWrite ? (
                  <Button
                    size="sm"
                    aria-label={m.changeTitle(setting.title)}
                    onClick={() => setChanging(setting)}
                  >
                    {m.change}
                  </Button>
                ) : null}
              </div>
            </li>
          ))}
        </ul>
      </Card>
      <Dialog
        open={changing !== undefined}
        onOpenChange={() => setChanging(undefined)}
        title={changing ? m.changeTitle(changing.title) : ''}
        lead={changing?.description}
        closeLabel={shellMessages.close}
      >
        {changing ? <SettingForm setting={changing} onDone={() => setChanging(undefined)} /> : null}
      </Dialog>
    </>
  )
}

function SettingForm({ setting, onDone }: { setting: Setting; onDone: () => void }) {
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: (body: { value: number | null; reason: string }) =>
      ask(
        api.PUT('/api/v1/settings/{key}', {
          params: { path: { key: setting.key }, header: { 'if-match': `"v${setting.version}"` } },
          body,
        }),
      ),
    onSuccess: () => {
      toast.success(m.saved)
      onDone()
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['settings'] }),
  })

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const values = new FormData(event.currentTarget, (event.nativeEvent as SubmitEvent).submitter)
    const isReset = values.get('then') === 'reset'
    change.mutate({
      value: isReset ? null : Number(values.get('value')),
      reason: String(values.get('reason')),
    })
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {change.error ? <ProblemNote error={change.error} /> : null}
      <TextField
        label={m.value}
        name="value"
        type="number"
        inputMode="decimal"
        defaultValue={setting.value}
        min={setting.min}
        max={setting.max}
        step={setting.isInteger ? 1 : 'any'}
        required
        hint={m.between(setting.min.toLocaleString(), setting.max.toLocaleString(), setting.unit)}
      />
      <TextField
        label={m.reason}
        name="reason"
        required
        maxLength={500}
        hint={m.reasonHint}
        autoComplete="off"
      />
      {setting.needsRestart ? <p className="text-sm text-warn">{m.needsRestart}</p> : null}
      <div className="flex flex-wrap justify-end gap-2">
        {setting.layer === 'workspace' ? (
          <Button type="submit" name="then" value="reset" busy={change.isPending}>
            {m.reset}
          </Button>
        ) : null}
        <Button type="submit" look="primary" busy={change.isPending}>
          {m.save}
        </Button>
      </div>
    </form>
  )
}
