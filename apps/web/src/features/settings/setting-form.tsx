'use client'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useDeferredValue, useState } from 'react'
import type { Setting } from '../../api/shapes.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.tsx'
import { EstimateNote } from './estimate-note.tsx'
import { settingsMessages } from './messages.ts'
import { settingPlanQuery, useSetSetting } from './setting-queries.ts'
import { editedText, SettingValueField, typedValue } from './setting-value-field.tsx'

const m = settingsMessages.workspace

/** Changes one setting of the workspace, and shows what that does to costs before it is saved. */
export function SettingForm({ setting, onDone }: { setting: Setting; onDone: () => void }) {
  const [text, setText] = useState(() => editedText(setting))
  const value = typedValue(setting.kind, text)
  const settled = useDeferredValue(value)
  const change = useSetSetting(setting)
  const plan = useQuery(settingPlanQuery(setting.key, settled, setting.changesCost && settled !== undefined))
  const impact = plan.error ? null : plan.data?.impact

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const values = new FormData(event.currentTarget, (event.nativeEvent as SubmitEvent).submitter)
    const isReset = values.get('then') === 'reset'
    if (!isReset && value === undefined) return
    change.mutate(
      { value: isReset ? null : value, reason: String(values.get('reason')) },
      {
        onSuccess: () => {
          toast.success(m.saved)
          onDone()
        },
      },
    )
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {change.error ? <ProblemNote error={change.error} /> : null}
      <SettingValueField
        setting={setting}
        text={text}
        onText={setText}
        error={setting.kind === 'json' && value === undefined ? m.badJson : undefined}
      />
      {impact ? <EstimateNote before={impact.before} after={impact.after} /> : null}
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
