'use client'
import { useEffect, useRef } from 'react'

/** Keys as `KeyboardEvent.key` says them, with `Shift+` and `Mod+` (⌘ or Ctrl) in front; `g h` is one after the other. */
export type Shortcuts = Record<string, (event: KeyboardEvent) => void>

const chordWaitMs = 900

/** Listens on the whole page while mounted. Keys typed into fields or open dialogs stay theirs, `Mod+` ones excepted. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts)
  latest.current = shortcuts

  useEffect(() => {
    let first: { key: string; atMs: number } | undefined

    function onKeyDown(event: KeyboardEvent) {
      if (event.defaultPrevented || event.altKey) return
      const key = keyName(event)
      if (!key.startsWith('Mod+') && belongsToControl(event)) return
      const chord = first && event.timeStamp - first.atMs < chordWaitMs ? `${first.key} ${key}` : undefined
      const run = (chord && latest.current[chord]) || latest.current[key]
      first = run ? undefined : { key, atMs: event.timeStamp }
      if (!run) return
      event.preventDefault()
      run(event)
    }

    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}

function keyName(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  const shift = event.shiftKey && event.key.length > 1 ? 'Shift+' : ''
  return `${event.metaKey || event.ctrlKey ? 'Mod+' : ''}${shift}${key}`
}

function belongsToControl(event: KeyboardEvent): boolean {
  if (document.querySelector('[role="dialog"][data-state="open"], [role="menu"][data-state="open"]'))
    return true
  const target = event.target
  if (!(target instanceof HTMLElement)) return false
  if (
    target.isContentEditable ||
    target.matches('input:not([type="checkbox"]):not([type="range"]), textarea, select')
  ) {
    return true
  }
  // Space and Enter press the focused control; arrows move the focused handle or slider.
  const presses = event.key === ' ' || event.key === 'Enter'
  if (presses && target.closest('button, a, [role="button"], summary')) return true
  return (
    event.key.startsWith('Arrow') &&
    target.closest('[role="slider"], [role="tab"], input[type="range"]') !== null
  )
}
