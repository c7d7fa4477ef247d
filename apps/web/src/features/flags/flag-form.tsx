'use client'
import { type FormEvent, useEffect, useState } from 'react'
import type { Flag } from '../../api/shapes.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { StaleNote, theirsOf } from '../../shell/stale-note.tsx'
import { Button } from '../../ui/button.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { definitionOf, type FlagDefinition, useSaveFlag } from './flag-queries.ts'
import { flagMessages } from './messages.ts'
import { RolloutFields } from './rollout-fields.tsx'
import { ScheduleFields } from './schedule-fields.tsx'
import { ServeFields } from './serve-fields.tsx'

const m = flagMessages.form

/** Everything of a flag that people change, saved over the version it was read from. */
export function FlagForm({ flag, isReadOnly }: { flag: Flag; isReadOnly: boolean }) {
  const [base, setBase] = useState(flag)
  const [draft, setDraft] = useState(definitionOf(flag))
  const [advanced, setAdvanced] = useState(advancedText(definitionOf(flag)))
  const [jsonError, setJsonError] = useState<string>()
  const save = useSaveFlag(flag.key)
  const isChanged = JSON.stringify(draft) !== JSON.stringify(definitionOf(base))
  const theirs = theirsOf<Flag>(save.error)

  function takeOver(next: Flag) {
    setBase(next)
    setDraft(definitionOf(next))
    setAdvanced(advancedText(definitionOf(next)))
    save.reset()
  }

  useEffect(() => {
    if (!isChanged && flag.version !== base.version) takeOver(flag)
    // oxlint-disable-next-line react/exhaustive-deps -- only a new version from the server may replace the edits
  }, [flag.version])

  function change(part: Partial<FlagDefinition>) {
    setDraft((before) => ({ ...before, ...part }))
  }

  function changeAdvanced(text: string) {
    setAdvanced(text)
    try {
      change(JSON.parse(text) as Partial<FlagDefinition>)
      setJsonError(undefined)
    } catch {
      // The text is being typed; what was valid before still counts until it is JSON again.
      setJsonError(m.badJson)
    }
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const reason = String(new FormData(form).get('reason'))
    save.mutate(
      { version: base.version, definition: draft, reason },
      {
        onSuccess: (saved) => {
          takeOver(saved)
          form.reset()
        },
      },
    )
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-6">
      {theirs ? (
        <StaleNote
          by={theirs.title}
          isBusy={save.isPending}
          onKeepYours={() =>
            save.mutate(
              { version: theirs.version, definition: draft, reason: m.save },
              { onSuccess: takeOver },
            )
          }
          onTakeTheirs={() => takeOver(theirs)}
        />
      ) : save.error ? (
        <ProblemNote error={save.error} />
      ) : null}
      <fieldset disabled={isReadOnly} className="flex min-w-0 flex-col gap-6">
        <TextField
          label={m.name}
          value={draft.title}
          required
          maxLength={120}
          onChange={(event) => change({ title: event.target.value })}
        />
        <ServeFields draft={draft} onChange={change} />
        <RolloutFields draft={draft} onChange={change} />
        <ScheduleFields draft={draft} onChange={change} />
        <details>
          <summary className="cursor-pointer font-medium">{m.rules}</summary>
          <TextArea
            className="mt-3"
            label={m.rules}
            hideLabel
            value={advanced}
            rows={14}
            spellCheck={false}
            error={jsonError}
            hint={m.rulesHint}
            onChange={(event) => changeAdvanced(event.target.value)}
          />
        </details>
        {isChanged ? (
          <div className="flex flex-col gap-3">
            <TextField
              label={m.reason}
              name="reason"
              required
              maxLength={500}
              hint={m.reasonHint}
              autoComplete="off"
            />
            <Button
              type="submit"
              look="primary"
              className="self-start"
              busy={save.isPending}
              disabled={jsonError !== undefined || theirs !== undefined}
            >
              {m.save}
            </Button>
          </div>
        ) : null}
      </fieldset>
    </form>
  )
}

function advancedText({ variants, offVariant, rules, environments, prerequisites, ...rest }: FlagDefinition) {
  const { description, isPermanent, owner } = rest
  const shown = { description, variants, offVariant, rules, environments, prerequisites, isPermanent, owner }
  return JSON.stringify(shown, null, 2)
}
