'use client'
import { toast } from '../ui/toast.tsx'

type Undoable = { message: string; undoLabel: string; commit: () => void; undo: () => void }

/** Shows what has been done with the way back; only when that has passed is it really done. */
export function offerUndo({ message, undoLabel, commit, undo }: Undoable): void {
  let isSettled = false
  function settle(action: () => void) {
    if (isSettled) return
    isSettled = true
    action()
  }
  toast(message, {
    duration: 6000,
    action: { label: undoLabel, onClick: () => settle(undo) },
    onAutoClose: () => settle(commit),
    onDismiss: () => settle(commit),
  })
}
