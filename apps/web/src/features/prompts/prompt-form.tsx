'use client'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { Prompt } from '../../api/shapes.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { StaleNote, theirsOf } from '../../shell/stale-note.tsx'
import { Button } from '../../ui/button.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { promptMessages } from './messages.ts'
import { definitionOf, type PromptDefinition, useSavePrompt } from './prompt-queries.ts'

const m = promptMessages.form

type Props = {
  prompt: Prompt
  /** What is being typed; kept above, so that the preview shows it. */
  draft: PromptDefinition
  onDraft: (draft: PromptDefinition) => void
  isReadOnly: boolean
}

/** The texts and variables of a prompt, saved as a new version of the one they were read from. */
export function PromptForm({ prompt, draft, onDraft, isReadOnly }: Props) {
  const [base, setBase] = useState(prompt)
  const [variables, setVariables] = useState(JSON.stringify(draft.variables, null, 2))
  const [jsonError, setJsonError] = useState<string>()
  const save = useSavePrompt()
  const isChanged = JSON.stringify(draft) !== JSON.stringify(definitionOf(base))
  const theirs = theirsOf<Prompt>(save.error)
  const latest = useRef(takeOver)
  latest.current = takeOver

  function takeOver(next: Prompt) {
    setBase(next)
    onDraft(definitionOf(next))
    setVariables(JSON.stringify(next.variables, null, 2))
    save.reset()
  }

  useEffect(() => {
    if (!isChanged && prompt.version !== base.version) latest.current(prompt)
    // oxlint-disable-next-line react/exhaustive-deps -- only a new version from the server may replace the edits
  }, [prompt.version])

  function changeVariables(text: string) {
    setVariables(text)
    try {
      onDraft({ ...draft, variables: JSON.parse(text) as PromptDefinition['variables'] })
      setJsonError(undefined)
    } catch {
      // The text is being typed; what was valid before still counts until it is JSON again.
      setJsonError(m.badJson)
    }
  }

  function submit(version: number, reason: string) {
    save.mutate(
      { place: prompt, version, definition: draft, reason },
      { onSuccess: ({ prompt: saved }) => takeOver(saved) },
    )
  }

  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event: FormEvent<HTMLFormElement>) => {
        event.preventDefault()
        submit(base.version, String(new FormData(event.currentTarget).get('reason')))
      }}
    >
      {theirs ? (
        <StaleNote
          by={theirs.title}
          isBusy={save.isPending}
          onKeepYours={() => submit(theirs.version, m.save)}
          onTakeTheirs={() => takeOver(theirs)}
        />
      ) : save.error ? (
        <ProblemNote error={save.error} />
      ) : null}
      <fieldset disabled={isReadOnly} className="flex min-w-0 flex-col gap-4">
        {draft.isPartial ? null : (
          <TextArea
            label={m.system}
            value={draft.system}
            rows={6}
            spellCheck={false}
            onChange={(event) => onDraft({ ...draft, system: event.target.value })}
          />
        )}
        <TextArea
          label={m.user}
          value={draft.user}
          rows={14}
          required
          spellCheck={false}
          hint={m.characters(draft.user.length.toLocaleString())}
          onChange={(event) => onDraft({ ...draft, user: event.target.value })}
        />
        <details>
          <summary className="cursor-pointer font-medium">
            {m.variables} ({draft.variables.length})
          </summary>
          <TextArea
            className="mt-3"
            label={m.variables}
            hideLabel
            value={variables}
            rows={12}
            spellCheck={false}
            error={jsonError}
            hint={m.variablesHint}
            onChange={(event) => changeVariables(event.target.value)}
          />
        </details>
        {isChanged ? (
          <>
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
          </>
        ) : null}
      </fieldset>
    </form>
  )
}
