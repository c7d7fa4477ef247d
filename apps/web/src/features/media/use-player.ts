'use client'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { createPlayer, type Player, type PlayerState } from './player.ts'

/** A player for the life of the page. */
export function usePlayer(frameMs: number): Player {
  const latest = useRef(frameMs)
  latest.current = frameMs
  const [player] = useState(() => createPlayer(() => latest.current))
  useEffect(() => () => player.destroy(), [player])
  return player
}

/** One fact of the player; renders only when that fact changes. */
export function usePlayerFact<Fact extends PlayerState[keyof PlayerState]>(
  player: Player,
  read: (state: PlayerState) => Fact,
): Fact {
  return useSyncExternalStore(
    player.subscribe,
    () => read(player.state()),
    () => read(player.state()),
  )
}

/** Loads an HLS playlist into the element; `onBroken` when it cannot go on. */
export function useHls(video: HTMLVideoElement | null, url: string | undefined, onBroken: () => void): void {
  const broken = useRef(onBroken)
  broken.current = onBroken
  useEffect(() => {
    if (!video || !url) return
    let isGone = false
    let release = () => {}
    void import('hls.js').then(({ default: Hls }) => {
      if (isGone) return
      if (!Hls.isSupported()) {
        video.src = url // Safari on phones plays HLS by itself.
        return
      }
      const startS = video.currentTime
      const hls = new Hls({ backBufferLength: 60, startPosition: startS > 0 ? startS : -1 })
      hls.on(Hls.Events.ERROR, (_, data) => {
        if (!data.fatal) return
        if (data.type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError()
        else broken.current()
      })
      hls.loadSource(url)
      hls.attachMedia(video)
      release = () => hls.destroy()
    })
    return () => {
      isGone = true
      release()
    }
  }, [video, url])
}
