import { Problem } from '../api/problem.ts'
import { Button } from '../ui/button.tsx'
import { shellMessages } from './messages.ts'

const m = shellMessages.stale

/** What the server has now, when a save was refused because somebody else had saved; undefined for other failures. */
export function theirsOf<Resource>(error: unknown): Resource | undefined {
  if (!(error instanceof Problem) || error.status !== 412) return undefined
  return error.members['resource'] as Resource | undefined
}

/** Two people changed the same thing: nothing is lost, and the second decides. */
export function StaleNote({
  by,
  isBusy,
  onKeepYours,
  onTakeTheirs,
}: {
  by: string
  isBusy: boolean
  onKeepYours: () => void
  onTakeTheirs: () => void
}) {
  return (
    <section role="alert" className="rounded-xl border border-warn/40 bg-warn-soft p-4">
      <h2 className="font-semibold">{m.title}</h2>
      <p className="mt-1 text-soft">{m.body(by)}</p>
      <div className="mt-4 flex flex-wrap gap-2">
        <Button look="primary" busy={isBusy} onClick={onKeepYours}>
          {m.keepYours}
        </Button>
        <Button onClick={onTakeTheirs}>{m.takeTheirs}</Button>
      </div>
    </section>
  )
}
