'use client'
import { useEffect, useRef, useState } from 'react'

const againAfterMs = 30_000

/**
 * The playlist address to play: the first one, although renewed ones arrive, since a change would restart playback.
 * `onBroken` asks for a renewed one (the old may have expired overnight) and `isBroken` stays true if that fails too.
 */
export function useSteadySource(latest: string, renew: () => void) {
  const [source, setSource] = useState(latest)
  const [isBroken, setIsBroken] = useState(false)
  const askedAtMs = useRef(-Infinity)

  useEffect(() => {
    if (!isBroken || latest === source) return
    setSource(latest)
    setIsBroken(false)
  }, [isBroken, latest, source])

  function onBroken() {
    setIsBroken(true)
    const nowMs = performance.now()
    if (nowMs - askedAtMs.current < againAfterMs) return
    askedAtMs.current = nowMs
    renew()
  }

  return { source, isBroken, onBroken }
}
