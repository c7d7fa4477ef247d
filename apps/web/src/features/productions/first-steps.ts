const storageKey = 'creatorops.first-steps'

type FirstSteps = { watched: boolean; reviewed: boolean; hidden: boolean }

const none: FirstSteps = { watched: false, reviewed: false, hidden: false }

/** What this person has already tried, remembered in this browser. */
export const firstSteps = {
  read(): FirstSteps {
    try {
      return { ...none, ...(JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<FirstSteps>) }
    } catch {
      // Without storage the list simply starts anew.
      return none
    }
  },
  mark(step: keyof FirstSteps): void {
    try {
      localStorage.setItem(storageKey, JSON.stringify({ ...firstSteps.read(), [step]: true }))
    } catch {
      // As above.
      return
    }
  },
}
