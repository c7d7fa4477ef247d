import type { Draft } from '../../api/shapes.ts'
import { Button } from '../../ui/button.tsx'
import { draftMessages } from './messages.ts'

const m = draftMessages.conflict

type Text = Pick<Draft, 'title' | 'body'>

type DraftConflictProps = {
  yours: Text
  theirs: Text
  isBusy: boolean
  onKeepYours: () => void
  onTakeTheirs: () => void
}

/** Both versions of a draft that two people changed, side by side, and the choice. */
export function DraftConflict({ yours, theirs, isBusy, onKeepYours, onTakeTheirs }: DraftConflictProps) {
  return (
    <section role="alert" className="rounded-xl border border-warn/40 bg-warn-soft p-4">
      <h2 className="font-semibold">{m.title}</h2>
      <p className="mt-1 text-soft">{m.body}</p>
      <div className="mt-4 grid gap-3 md:grid-cols-2">
        <Version name={m.yours} text={yours} />
        <Version name={m.theirs} text={theirs} />
      </div>
      <div className="mt-4 flex flex-wrap gap-2">
        <Button look="primary" busy={isBusy} onClick={onKeepYours}>
          {m.keepYours}
        </Button>
        <Button onClick={onTakeTheirs}>{m.takeTheirs}</Button>
      </div>
    </section>
  )
}

function Version({ name, text }: { name: string; text: Text }) {
  return (
    <div className="min-w-0 rounded-lg border border-line bg-surface p-3">
      <p className="mb-1.5 text-xs font-medium text-faint">{name}</p>
      <p className="font-medium break-words">{text.title}</p>
      <p className="mt-1 max-h-40 overflow-y-auto break-words whitespace-pre-wrap text-soft">{text.body}</p>
    </div>
  )
}
