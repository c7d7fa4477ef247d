'use client'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { api, ask } from '../../api/client.ts'
import type { Secret } from '../../api/shapes.ts'
import { shellMessages } from '../../shell/messages.ts'
import { ProblemNote, problemText } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { formatAgo } from '../../ui/format.ts'
import { Card, EmptyState, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'
import { useMay } from '../identity/session.ts'
import { settingsMessages } from './messages.ts'

const m = settingsMessages.secrets
const queryKey = ['secrets']
const secretsQuery = queryOptions({ queryKey, queryFn: () => ask(api.GET('/api/v1/secrets')) })

/** Names of secrets. Values go in and never come out. */
export function SecretsSection() {
  const secrets = useQuery(secretsQuery)
  const mayWrite = useMay('secrets.write')
  const [editing, setEditing] = useState<{ name?: string }>()
  const items = secrets.data?.items ?? []
  const add = mayWrite ? (
    <Button look="primary" onClick={() => setEditing({})}>
      {m.add}
    </Button>
  ) : null
  return (
    <>
      <SectionHead title={m.title}>{items.length > 0 ? add : null}</SectionHead>
      <p className="-mt-2 mb-4 text-soft">{m.lead}</p>
      {secrets.error ? <ProblemNote error={secrets.error} onRetry={() => void secrets.refetch()} /> : null}
      {secrets.isPending ? <Skeleton className="h-32" /> : null}
      {secrets.isSuccess && items.length === 0 ? (
        <EmptyState icon={<KeyRound />} title={m.title} body={m.empty}>
          {add}
        </EmptyState>
      ) : null}
      {items.length > 0 ? (
        <Card>
          <ul className="divide-y divide-line">
            {items.map((secret) => (
              <SecretRow
                key={secret.name}
                secret={secret}
                mayWrite={mayWrite}
                onReplace={() => setEditing({ name: secret.name })}
              />
            ))}
          </ul>
        </Card>
      ) : null}
      {secrets.data ? <p className="mt-3 text-sm text-faint">{m.keptIn(secrets.data.keptIn)}</p> : null}
      <Dialog
        open={editing !== undefined}
        onOpenChange={() => setEditing(undefined)}
        title={editing?.name ? m.replaceTitle(editing.name) : m.addTitle}
        closeLabel={shellMessages.close}
      >
        <SecretForm name={editing?.name} onDone={() => setEditing(undefined)} />
      </Dialog>
    </>
  )
}

type RowProps = { secret: Secret; mayWrite: boolean; onReplace: () => void }

function SecretRow({ secret: { name, changedAt }, mayWrite, onReplace }: RowProps) {
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => ask(api.DELETE('/api/v1/secrets/{name}', { params: { path: { name } } })),
    onSuccess: () => void toast.success(m.removed(name)),
    onError: (error) => void toast.error(problemText(error)),
    onSettled: () => client.invalidateQueries({ queryKey }),
  })
  return (
    <li className="flex flex-wrap items-center gap-3 px-4 py-3">
      <p className="min-w-0 flex-1 font-mono text-sm break-all">{name}</p>
      <p className="text-sm text-faint">{m.changed(formatAgo(changedAt))}</p>
      {mayWrite ? (
        <>
          <Button size="sm" aria-label={m.replaceName(name)} onClick={onReplace}>
            {m.replace}
          </Button>
          <Button
            size="sm"
            look="danger"
            aria-label={m.removeName(name)}
            busy={remove.isPending}
            onClick={() => remove.mutate()}
          >
            {m.remove}
          </Button>
        </>
      ) : null}
    </li>
  )
}

function SecretForm({ name, onDone }: { name: string | undefined; onDone: () => void }) {
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: (input: { name: string; value: string }) =>
      ask(
        api.PUT('/api/v1/secrets/{name}', {
          params: { path: { name: input.name } },
          body: { value: input.value },
        }),
      ),
    // The value must not stay in the memory of the page.
    gcTime: 0,
    onSuccess: () => {
      toast.success(m.saved)
      onDone()
    },
    onSettled: () => client.invalidateQueries({ queryKey }),
  })
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const values = new FormData(event.currentTarget)
    save.mutate({ name: name ?? String(values.get('name')).trim(), value: String(values.get('value')) })
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4" autoComplete="off">
      {save.error ? <ProblemNote error={save.error} /> : null}
      {name === undefined ? (
        <TextField label={m.name} name="name" required maxLength={100} hint={m.nameHint} autoComplete="off" />
      ) : null}
      <TextField
        label={m.value}
        name="value"
        type="password"
        required
        hint={m.valueHint}
        autoComplete="new-password"
      />
      <Button type="submit" look="primary" busy={save.isPending} className="self-end">
        {m.save}
      </Button>
    </form>
  )
}
