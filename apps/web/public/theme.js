// Runs before the first paint, so that no page flashes in the wrong colours.
;(() => {
  let choice = 'system'
  try {
    choice = localStorage.getItem('creatorops.theme') ?? 'system'
  } catch {
    // Storage can be switched off; the system's choice then stands.
    choice = 'system'
  }
  const dark =
    choice === 'dark' || (choice === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
