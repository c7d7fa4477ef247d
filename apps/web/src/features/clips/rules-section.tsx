'use client'
import { useQuery } from '@tanstack/react-query'
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { ClipRule } from '../../api/shapes.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { CheckField } from '../../ui/field.tsx'
import { formatLength } from '../../ui/format.ts'
import { Card, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { useMay } from '../identity/session.ts'
import { batchMessages } from './batch-messages.ts'
import { rulesQuery, useDeleteRule, useSwitchRule } from './batch-queries.ts'
import { RuleForm } from './rule-form.tsx'

const m = batchMessages.rules

/** The rules about detected clips: which are cut, in what shape, and whether they are joined. */
export function RulesSection() {
  const query = useQuery(rulesQuery)
  const [isAdding, setIsAdding] = useState(false)
  const mayCut = useMay('clips.write')
  const rules = query.data?.items ?? []
  return (
    <section aria-label={m.title}>
      <SectionHead title={m.title}>
        {mayCut && !isAdding ? (
          <Button size="sm" onClick={() => setIsAdding(true)}>
            <Plus /> {m.add}
          </Button>
        ) : null}
      </SectionHead>
      <p className="-mt-2 mb-3 max-w-prose text-soft">{m.lead}</p>
      {isAdding ? <RuleForm onDone={() => setIsAdding(false)} /> : null}
      {query.error ? <ProblemNote error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isPending ? <Skeleton className="h-20" /> : null}
      {query.isSuccess && rules.length === 0 && !isAdding ? (
        <Card className="px-6 py-8 text-center text-soft">{m.none}</Card>
      ) : null}
      {rules.length > 0 ? (
        <Card className="divide-y divide-line">
          {rules.map((rule) => (
            <RuleRow key={rule.id} rule={rule} mayChange={mayCut} />
          ))}
        </Card>
      ) : null}
    </section>
  )
}

function RuleRow({ rule, mayChange }: { rule: ClipRule; mayChange: boolean }) {
  const change = useSwitchRule()
  const remove = useDeleteRule()
  const facts = [
    rule.source,
    m.facts(
      Math.round(rule.minScore * 100),
      formatLength(rule.minMs),
      formatLength(rule.maxMs),
      rule.mostClips,
    ),
    rule.reframe ? batchMessages.shapes[rule.reframe.aspect] : undefined,
    rule.stitch ? m.joined : undefined,
  ]
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-3">
      <div className="min-w-0">
        <p className="font-medium break-words">{rule.name}</p>
        <p className="text-sm break-words text-soft tabular-nums">{facts.filter(Boolean).join(' · ')}</p>
      </div>
      <div className="flex items-center gap-2">
        <CheckField
          label={m.isEnabled(rule.name)}
          checked={rule.isEnabled}
          disabled={!mayChange || change.isPending}
          onChange={() => change.mutate(rule)}
        />
        {mayChange ? (
          <IconButton label={m.delete(rule.name)} size="sm" onClick={() => remove.mutate(rule)}>
            <Trash2 />
          </IconButton>
        ) : null}
      </div>
    </div>
  )
}
