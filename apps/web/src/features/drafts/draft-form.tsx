'use client'
import { useEffect, useState } from 'react'
import { Problem } from '../../api/problem.ts'
import type { Draft } from '../../api/shapes.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { Button } from '../../ui/button.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { DraftConflict } from './draft-conflict.tsx'
import { useSaveDraft } from './draft-queries.ts'
import { draftMessages } from './messages.ts'

const m = draftMessages.form

type Text = Pick<Draft, 'title' | 'body'>

/** Title and text, saved over the version they were read from; two people never overwrite each other unseen. */
export function DraftForm({ draft, isReadOnly }: { draft: Draft; isReadOnly: boolean }) {
  // What the edits are based on. A newer version from the server replaces it only while nothing is unsaved.
  const [base, setBase] = useState(draft)
  const [text, setText] = useState<Text>({ title: draft.title, body: draft.body })
  const save = useSaveDraft(draft.id)
  const isChanged = text.title !== base.title || text.body !== base.body
  const isStale = save.error instanceof Problem && save.error.status === 412

  function takeOver(next: Draft) {
    setBase(next)
    setText({ title: next.title, body: next.body })
    save.reset()
  }

  useEffect(() => {
    if (!isChanged && draft.version > base.version) takeOver(draft)
    // oxlint-disable-next-line react/exhaustive-deps -- only a new version from the server may replace the text
  }, [draft.version])

  useEffect(() => {
    if (!isChanged) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [isChanged])

  function submit(version: number) {
    save.mutate({ version, title: text.title.trim(), body: text.body }, { onSuccess: takeOver })
  }

  const theirs = isStale ? theirVersion(save.error, draft) : undefined
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (isChanged) submit(base.version)
      }}
      onKeyDown={(event) => {
        if ((event.metaKey || event.ctrlKey) && event.key === 's') {
          event.preventDefault()
          if (isChanged) submit(base.version)
        }
      }}
    >
      {theirs ? (
        <DraftConflict
          yours={text}
          theirs={theirs}
          isBusy={save.isPending}
          onKeepYours={() => submit(theirs.version)}
          onTakeTheirs={() => takeOver(theirs)}
        />
      ) : save.error ? (
        <ProblemNote error={save.error} />
      ) : null}
      <TextField
        label={m.title}
        value={text.title}
        required
        maxLength={300}
        disabled={isReadOnly}
        onChange={(event) => setText({ ...text, title: event.target.value })}
      />
      <TextArea
        label={m.body}
        value={text.body}
        rows={7}
        maxLength={20_000}
        disabled={isReadOnly}
        placeholder={m.bodyPlaceholder}
        onChange={(event) => setText({ ...text, body: event.target.value })}
        hint={m.characters(text.body.length.toLocaleString())}
      />
      <div className="flex items-center gap-3">
        <Button
          type="submit"
          look="primary"
          busy={save.isPending}
          disabled={isReadOnly || !isChanged || isStale}
        >
          {save.isPending ? m.saving : m.save}
        </Button>
        <span className="text-sm text-faint" aria-live="polite">
          {isChanged ? m.unsaved : save.isSuccess || base.version > 1 ? m.saved : ''}
        </span>
      </div>
    </form>
  )
}

/** The refusal carries the current draft; without it the newest one read has to do. */
function theirVersion(error: unknown, fallback: Draft): Draft {
  const resource = error instanceof Problem ? error.members['resource'] : undefined
  return typeof resource === 'object' && resource !== null ? { ...fallback, ...resource } : fallback
}
