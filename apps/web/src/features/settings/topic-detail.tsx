'use client'
import { useQuery } from '@tanstack/react-query'
import { ArrowLeft } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import type { Topic } from '../../api/shapes.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'
import { useMay } from '../identity/session.ts'
import { settingsMessages } from './messages.ts'
import { TopicForm } from './topic-form.tsx'
import { topicQuery, topicVersionsQuery, useRemoveTopic, useRollBackTopic } from './topic-queries.ts'
import { VersionList } from './version-list.tsx'
import { VoiceForm } from './voice-form.tsx'

const m = settingsMessages.topics

/** One topic: who speaks and how long, what it is about, and how it came to be so. */
export function TopicDetail({ topic }: { topic: string }) {
  const found = useQuery(topicQuery(topic))
  const mayWrite = useMay('topics.write')
  return (
    <>
      <Link
        href="/settings?section=topics"
        className="mb-3 inline-flex min-h-9 items-center gap-1.5 text-soft hover:text-ink max-md:min-h-10"
      >
        <ArrowLeft className="size-4" aria-hidden="true" />
        {m.back}
      </Link>
      {found.error ? <ProblemNote error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.isPending ? <Skeleton className="h-96" /> : null}
      {found.data ? (
        <>
          <SectionHead title={found.data.profile.name} />
          <Card className="mb-6 p-4">
            <VoiceForm topic={topic} mayWrite={mayWrite} />
          </Card>
          <Card className="mb-6 p-4">
            <TopicForm key={found.data.version} topic={found.data} mayWrite={mayWrite} />
          </Card>
          <Card className="mb-6 p-4">
            <TopicHistory topic={found.data} mayWrite={mayWrite} />
          </Card>
          {mayWrite ? <RemoveTopic topic={found.data} /> : null}
        </>
      ) : null}
    </>
  )
}

function TopicHistory({ topic, mayWrite }: { topic: Topic; mayWrite: boolean }) {
  const versions = useQuery(topicVersionsQuery(topic.topic))
  const back = useRollBackTopic(topic.topic)
  const changes = (versions.data?.items ?? []).map((one) => ({
    ...one,
    id: String(one.version),
    title: `v${one.version}`,
    canComeBack: mayWrite && one.profile !== null && one.version !== topic.version,
  }))
  const asItCame = {
    id: '0',
    version: 0,
    title: m.asItCame,
    diff: [],
    reason: m.builtIn,
    changedBy: 'CreatorOps',
    canComeBack: mayWrite,
  }
  const first = changes.at(-1)
  const items = topic.isBuiltIn && first ? [...changes, { ...asItCame, changedAt: first.changedAt }] : changes
  return (
    <>
      <h3 className="mb-1 font-medium">{m.history}</h3>
      {versions.error ? <ProblemNote error={versions.error} /> : null}
      {back.error ? <ProblemNote error={back.error} /> : null}
      <VersionList
        items={items}
        isPending={versions.isPending}
        isBusy={back.isPending}
        empty={m.noHistory}
        onBringBack={(toVersion) => back.mutate({ toVersion, reason: m.rollBackReason(toVersion) })}
      />
    </>
  )
}

function RemoveTopic({ topic }: { topic: Topic }) {
  const remove = useRemoveTopic(topic)
  const router = useRouter()
  return (
    <>
      {remove.error ? <ProblemNote error={remove.error} className="mb-3" /> : null}
      <Button
        look="danger"
        busy={remove.isPending}
        onClick={() =>
          remove.mutate(undefined, {
            onSuccess: () => {
              toast.success(m.removed(topic.profile.name))
              router.push('/settings?section=topics')
            },
          })
        }
      >
        {m.remove}
      </Button>
    </>
  )
}
