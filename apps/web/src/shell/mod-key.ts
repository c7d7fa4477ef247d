'use client'
import { useEffect, useState } from 'react'

/** The key that shortcuts start with, as it is printed on this machine's keyboard. */
export function useModKey(): string {
  const [isApple, setIsApple] = useState(false)
  useEffect(() => setIsApple(/mac|iphone|ipad/i.test(navigator.platform)), [])
  return isApple ? '⌘' : 'Ctrl'
}
