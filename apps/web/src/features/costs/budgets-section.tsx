import { useQuery } from '@tanstack/react-query'
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Budget } from '../../api/shapes.ts'
import { shellMessages } from '../../shell/messages.ts'
import { ProblemNote, problemText } from '../../shell/problem-note.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ProgressBar } from '../../ui/progress.tsx'
import { Card, SectionHead, Skeleton } from '../../ui/surface.tsx'
import { toast } from '../../ui/toast.tsx'
import { useMay } from '../identity/session.ts'
import { BudgetForm } from './budget-form.tsx'
import { budgetsQuery, useRemoveBudget } from './cost-queries.ts'
import { costMessages } from './messages.ts'
import { formatMoney } from './money.ts'

const m = costMessages.budgets

/** Every limit with what is spent, and a form for another one. */
export function BudgetsSection() {
  const budgets = useQuery(budgetsQuery)
  const mayWrite = useMay('costs.write')
  const [isAdding, setIsAdding] = useState(false)
  return (
    <section>
      <SectionHead title={m.title}>
        {mayWrite ? (
          <Button size="sm" onClick={() => setIsAdding(true)}>
            <Plus /> {m.add}
          </Button>
        ) : null}
      </SectionHead>
      <p className="-mt-2 mb-3 text-soft">{m.lead}</p>
      {budgets.error ? <ProblemNote error={budgets.error} onRetry={() => void budgets.refetch()} /> : null}
      <Card>
        {budgets.isPending ? <Skeleton className="h-20" /> : null}
        {budgets.data?.items.length === 0 ? <p className="p-4 text-soft">{m.none}</p> : null}
        <ul className="divide-y divide-line">
          {budgets.data?.items.map((budget) => (
            <BudgetRow key={budget.id} budget={budget} mayWrite={mayWrite} />
          ))}
        </ul>
      </Card>
      <Dialog
        open={isAdding}
        onOpenChange={setIsAdding}
        title={m.add}
        lead={m.lead}
        closeLabel={shellMessages.close}
      >
        <BudgetForm onDone={() => setIsAdding(false)} />
      </Dialog>
    </section>
  )
}

function BudgetRow({ budget, mayWrite }: { budget: Budget; mayWrite: boolean }) {
  const remove = useRemoveBudget(() => toast.success(m.removed))
  const name = `${m.scopes[budget.scope]}${budget.scopeId ? ` ${budget.scopeId}` : ''}, ${m.periods[budget.period]}`
  return (
    <li className="px-4 py-3">
      <div className="flex items-center justify-between gap-3">
        <span className="min-w-0 truncate font-medium">{name}</span>
        <div className="flex shrink-0 items-center gap-2">
          <Badge tone={budget.percent >= 100 ? 'bad' : budget.percent >= 80 ? 'warn' : 'neutral'}>
            {budget.isBuiltIn ? m.builtIn : m.rules[budget.rule]}
          </Badge>
          {mayWrite && !budget.isBuiltIn ? (
            <IconButton
              label={m.removeName(name)}
              onClick={() =>
                remove.mutate(budget.id, { onError: (error) => toast.error(problemText(error)) })
              }
            >
              <Trash2 />
            </IconButton>
          ) : null}
        </div>
      </div>
      <ProgressBar label={name} percent={budget.percent} className="my-2" />
      <p className="text-sm text-soft tabular-nums">
        {m.of(formatMoney(budget.spentMicros), formatMoney(budget.limitMicros))}
        {budget.heldMicros > 0 ? ` · ${m.held(formatMoney(budget.heldMicros))}` : null}
      </p>
    </li>
  )
}
