import { type FormEvent, useState } from 'react'
import type { Budget } from '../../api/shapes.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.tsx'
import { useSetBudget } from './cost-queries.ts'
import { costMessages } from './messages.ts'

const m = costMessages.budgets

/** Sets the limit of a scope and period; setting it again replaces it. */
export function BudgetForm({ onDone }: { onDone: () => void }) {
  const [scope, setScope] = useState<Budget['scope']>('workspace')
  const save = useSetBudget(() => {
    toast.success(m.saved)
    onDone()
  })

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const values = new FormData(event.currentTarget)
    save.mutate({
      scope,
      scopeId: String(values.get('scopeId') ?? ''),
      period: values.get('period') as Budget['period'],
      limitMicros: Math.round(Number(values.get('limit')) * 1_000_000),
      rule: values.get('rule') as Budget['rule'],
    })
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {save.error ? <ProblemNote error={save.error} /> : null}
      <SelectField
        label={m.scope}
        value={scope}
        onChange={(event) => setScope(event.target.value as Budget['scope'])}
      >
        <Options of={m.scopes} />
      </SelectField>
      {scope === 'workspace' ? null : (
        <TextField label={m.scopeId} name="scopeId" required maxLength={200} autoComplete="off" />
      )}
      <TextField label={m.limit} name="limit" type="number" min={0} step="any" inputMode="decimal" required />
      <SelectField label={m.period} name="period" defaultValue="month">
        <Options of={m.periods} />
      </SelectField>
      <SelectField label={m.rule} name="rule">
        <Options of={m.rules} />
      </SelectField>
      <div className="flex justify-end">
        <Button type="submit" look="primary" busy={save.isPending}>
          {m.save}
        </Button>
      </div>
    </form>
  )
}

function Options({ of }: { of: Record<string, string> }) {
  return Object.entries(of).map(([value, label]) => (
    <option key={value} value={value}>
      {label}
    </option>
  ))
}
