'use client'
import { useQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import Link from 'next/link'
import { useRouter, useSearchParams } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { shellMessages } from '../../shell/messages.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { Card, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { useMay } from '../identity/session.ts'
import { settingsMessages } from './messages.ts'
import { TopicDetail } from './topic-detail.tsx'
import { topicsQuery, useCreateTopic } from './topic-queries.ts'

const m = settingsMessages.topics
const hrefOf = (topic: string) => `/settings?section=topics&topic=${encodeURIComponent(topic)}`

/** The topics of the workspace, or one of them: its address names it. */
export function TopicsSection() {
  const topic = useSearchParams().get('topic')
  return topic ? <TopicDetail key={topic} topic={topic} /> : <TopicList />
}

function TopicList() {
  const topics = useQuery(topicsQuery)
  const mayWrite = useMay('topics.write')
  const [isAdding, setIsAdding] = useState(false)
  return (
    <>
      <SectionHead title={m.title}>
        {mayWrite ? (
          <Button look="primary" onClick={() => setIsAdding(true)}>
            {m.add}
          </Button>
        ) : null}
      </SectionHead>
      <p className="-mt-2 mb-4 text-soft">{m.lead}</p>
      {topics.error ? <ProblemNote error={topics.error} onRetry={() => void topics.refetch()} /> : null}
      {topics.isPending ? <Skeleton className="h-64" /> : null}
      {topics.data ? (
        <Card>
          <ul className="divide-y divide-line">
            {topics.data.items.map(({ topic, profile, isBuiltIn, isChanged }) => (
              <li key={topic}>
                <Link
                  href={hrefOf(topic)}
                  className="flex min-h-14 items-center gap-3 px-4 py-3 hover:bg-hover"
                >
                  <span className="min-w-0 flex-1">
                    <span className="block font-medium">{profile.name}</span>
                    <span className="block text-sm text-soft">{profile.description}</span>
                  </span>
                  <Badge tone={isBuiltIn && !isChanged ? 'neutral' : 'accent'}>
                    {isBuiltIn ? (isChanged ? m.changed : m.builtIn) : m.own}
                  </Badge>
                  <ChevronRight className="size-4 shrink-0 text-faint" aria-hidden="true" />
                </Link>
              </li>
            ))}
          </ul>
        </Card>
      ) : null}
      <Dialog open={isAdding} onOpenChange={setIsAdding} title={m.addTitle} closeLabel={shellMessages.close}>
        <AddTopic />
      </Dialog>
    </>
  )
}

function AddTopic() {
  const create = useCreateTopic()
  const router = useRouter()
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const name = String(new FormData(event.currentTarget).get('name'))
    create.mutate(name, { onSuccess: ({ topic }) => router.push(hrefOf(topic)) })
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {create.error ? <ProblemNote error={create.error} /> : null}
      <TextField label={m.name} name="name" required maxLength={80} hint={m.nameHint} autoComplete="off" />
      <Button type="submit" look="primary" busy={create.isPending} className="self-end">
        {m.create}
      </Button>
    </form>
  )
}
