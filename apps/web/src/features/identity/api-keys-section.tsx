'use client'
import { useQuery } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { ApiKey } from '../../api/shapes.ts'
import { shellMessages } from '../../shell/messages.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { CopyBox } from '../../ui/copy-box.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { CheckField, TextField } from '../../ui/field.tsx'
import { formatAgo } from '../../ui/format.ts'
import { Card, EmptyState, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { identityMessages } from './messages.ts'
import { apiKeysQuery, useCreateKey, useRevokeKey } from './people-queries.ts'
import { meQuery, useMay } from './session.ts'

const m = identityMessages.settings

/** The keys of scripts: create one (shown once), revoke one. */
export function ApiKeysSection() {
  const keys = useQuery(apiKeysQuery)
  const revoke = useRevokeKey()
  const mayWrite = useMay('apiKeys.write')
  const [isCreating, setIsCreating] = useState(false)
  const items = keys.data?.items ?? []

  return (
    <>
      <SectionHead title={m.keys}>
        {mayWrite && items.length > 0 ? (
          <Button look="primary" onClick={() => setIsCreating(true)}>
            {m.createKey}
          </Button>
        ) : null}
      </SectionHead>
      <p className="-mt-2 mb-4 text-soft">{m.keysLead}</p>
      {keys.error ? <ProblemNote error={keys.error} /> : null}
      {keys.isPending ? <Skeleton className="h-32" /> : null}
      {keys.isSuccess && items.length === 0 ? (
        <EmptyState icon={<KeyRound />} title={m.keys} body={m.keysEmpty}>
          {mayWrite ? (
            <Button look="primary" onClick={() => setIsCreating(true)}>
              {m.createKey}
            </Button>
          ) : null}
        </EmptyState>
      ) : null}
      {items.length > 0 ? (
        <Card>
          <ul className="divide-y divide-line">
            {items.map((key) => (
              <li key={key.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
                <div className="min-w-0 flex-1">
                  <p className="truncate font-medium">{key.name}</p>
                  <p className="truncate text-sm text-soft">
                    <code className="font-mono text-xs">{key.prefix}…</code>
                    {' · '}
                    {key.lastUsedAt ? m.lastUsed(formatAgo(key.lastUsedAt)) : m.neverUsed}
                  </p>
                  <p className="mt-0.5 truncate text-xs text-faint">{key.scopes.join(', ')}</p>
                </div>
                {mayWrite ? (
                  <Button size="sm" look="danger" onClick={() => revoke.mutate(key.id)}>
                    {m.revoke}
                  </Button>
                ) : null}
              </li>
            ))}
          </ul>
        </Card>
      ) : null}
      <Dialog
        open={isCreating}
        onOpenChange={setIsCreating}
        title={m.newKey}
        closeLabel={shellMessages.close}
      >
        <KeyForm />
      </Dialog>
    </>
  )
}

function KeyForm() {
  const permissions = useQuery(meQuery).data?.permissions ?? []
  const create = useCreateKey()

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const values = new FormData(event.currentTarget)
    create.mutate({ name: String(values.get('name')), scopes: values.getAll('scope') as ApiKey['scopes'] })
  }

  if (create.data) {
    return (
      <div role="status">
        <p className="mb-2 text-soft">{m.keyShownOnce}</p>
        <CopyBox text={create.data.key} copyLabel={m.copy} copiedLabel={m.copied} />
      </div>
    )
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        label={m.keyName}
        name="name"
        required
        maxLength={100}
        hint={m.keyNameHint}
        autoComplete="off"
      />
      <fieldset>
        <legend className="mb-1 text-sm font-medium">{m.keyScopes}</legend>
        <div className="grid max-h-56 grid-cols-2 gap-x-4 overflow-y-auto" tabIndex={0}>
          {permissions.map((permission) => (
            <CheckField
              key={permission}
              label={permission}
              name="scope"
              value={permission}
              defaultChecked={permission.endsWith('.read')}
            />
          ))}
        </div>
      </fieldset>
      <Button type="submit" look="primary" className="self-end" busy={create.isPending}>
        {m.createKey}
      </Button>
    </form>
  )
}
