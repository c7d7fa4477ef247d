'use client'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'

export const themeChoices = ['system', 'light', 'dark'] as const
export type ThemeChoice = (typeof themeChoices)[number]

type Theme = { choice: ThemeChoice; dark: boolean; choose: (choice: ThemeChoice) => void }

const storageKey = 'creatorops.theme'
const ThemeContext = createContext<Theme>({ choice: 'system', dark: false, choose: () => {} })

export function useTheme(): Theme {
  return useContext(ThemeContext)
}

/** Keeps the page in the chosen theme and follows the system when that is the choice. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState<ThemeChoice>('system')
  const [dark, setDark] = useState(false)

  useEffect(() => setChoice(storedChoice()), [])

  useEffect(() => {
    const system = matchMedia('(prefers-color-scheme: dark)')
    function apply() {
      const isDark = choice === 'dark' || (choice === 'system' && system.matches)
      setDark(isDark)
      document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light'
    }
    if (choice === storedChoice()) apply()
    system.addEventListener('change', apply)
    return () => system.removeEventListener('change', apply)
  }, [choice])

  const choose = useCallback((next: ThemeChoice) => {
    try {
      localStorage.setItem(storageKey, next)
    } finally {
      setChoice(next)
    }
  }, [])

  const theme = useMemo(() => ({ choice, dark, choose }), [choice, dark, choose])
  return <ThemeContext value={theme}>{children}</ThemeContext>
}

function storedChoice(): ThemeChoice {
  try {
    const stored = localStorage.getItem(storageKey)
    return themeChoices.find((choice) => choice === stored) ?? 'system'
  } catch {
    // Storage can be switched off; the system's choice then stands.
    return 'system'
  }
}
