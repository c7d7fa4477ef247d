const storageKey = 'creatorops.workspace'

/** The workspace this browser works in; undefined lets the server take the person's first. */
export function chosenWorkspaceId(): string | undefined {
  try {
    return localStorage.getItem(storageKey) ?? undefined
  } catch {
    // Storage can be switched off; the first workspace is then the only choice.
    return undefined
  }
}

export function chooseWorkspace(workspaceId: string | undefined): void {
  try {
    if (workspaceId === undefined) localStorage.removeItem(storageKey)
    else localStorage.setItem(storageKey, workspaceId)
  } catch {
    // As above: without storage there is nothing to remember.
    return
  }
}
