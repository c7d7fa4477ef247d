/** What a player tells its listeners; a new object whenever something a person can see has changed. */
export type PlayerState = {
  timeMs: number
  durationMs: number
  isPlaying: boolean
  /** Speed; below zero while going backwards. */
  rate: number
  isMuted: boolean
}

const speeds = [1, 1.5, 2, 4] as const

/**
 * Transport for one video element: play, speeds, backwards, frame steps. Lives outside React so that the playhead can
 * move at the display's rate without rendering the page. `destroy` when the page goes.
 */
export function createPlayer(frameMs: () => number) {
  let video: HTMLVideoElement | undefined
  let state: PlayerState = { timeMs: 0, durationMs: 0, isPlaying: false, rate: 1, isMuted: false }
  let ticking: number | undefined
  let backwards: { rate: number; lastMs: number } | undefined
  const listeners = new Set<() => void>()

  function update() {
    if (!video) return
    const next: PlayerState = {
      timeMs: video.currentTime * 1000,
      durationMs: Number.isFinite(video.duration) ? video.duration * 1000 : 0,
      isPlaying: !video.paused || backwards !== undefined,
      rate: backwards ? -backwards.rate : video.playbackRate,
      isMuted: video.muted,
    }
    const isSame = (Object.keys(next) as Array<keyof PlayerState>).every((key) => next[key] === state[key])
    if (isSame) return
    state = next
    for (const listener of listeners) listener()
  }

  function tick(nowMs: number) {
    if (backwards && video) {
      // No browser plays backwards; small seeks at the display's rate come close.
      const elapsedMs = nowMs - backwards.lastMs
      if (!video.seeking) {
        video.currentTime = Math.max(0, video.currentTime - (elapsedMs / 1000) * backwards.rate)
        backwards.lastMs = nowMs
      }
      if (video.currentTime === 0) backwards = undefined
    }
    update()
    ticking = state.isPlaying ? requestAnimationFrame(tick) : undefined
  }

  function onChange() {
    update()
    if (state.isPlaying && ticking === undefined) ticking = requestAnimationFrame(tick)
  }

  const watched = [
    'play',
    'pause',
    'seeked',
    'timeupdate',
    'durationchange',
    'ratechange',
    'volumechange',
    'ended',
  ]

  const player = {
    /** Takes over a video element; undefined lets go of it. */
    attach(next: HTMLVideoElement | undefined) {
      for (const name of watched) video?.removeEventListener(name, onChange)
      video = next
      for (const name of watched) video?.addEventListener(name, onChange)
      onChange()
    },
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    state: () => state,
    play() {
      backwards = undefined
      // A play() that a pause interrupts rejects; the pause is what the person wanted.
      video?.play().catch(onChange)
    },
    pause() {
      backwards = undefined
      video?.pause()
      if (video) video.playbackRate = 1
      onChange()
    },
    toggle() {
      if (state.isPlaying) player.pause()
      else player.play()
    },
    /** L: play, and faster with each press. */
    faster() {
      if (!video) return
      const isForward = !video.paused && !backwards
      video.playbackRate = isForward ? nextSpeed(video.playbackRate) : 1
      player.play()
    },
    /** J: backwards, and faster with each press. */
    slower() {
      if (!video) return
      const rate = backwards ? nextSpeed(backwards.rate) : 1
      video.pause()
      backwards = { rate, lastMs: performance.now() }
      onChange()
    },
    seek(ms: number) {
      if (!video) return
      video.currentTime = Math.min(Math.max(0, ms), state.durationMs || ms) / 1000
      update()
    },
    /** Moves by whole frames and lands in the middle of one, where no rounding shows its neighbour. */
    step(frames: number) {
      player.pause()
      const frame = Math.floor(state.timeMs / frameMs() + 0.01) + frames
      player.seek((Math.max(0, frame) + 0.5) * frameMs())
    },
    toggleMute() {
      if (video) video.muted = !video.muted
    },
    destroy() {
      if (ticking !== undefined) cancelAnimationFrame(ticking)
      player.attach(undefined)
      listeners.clear()
    },
  }
  return player
}

export type Player = ReturnType<typeof createPlayer>

function nextSpeed(rate: number): number {
  return speeds.find((speed) => speed > rate) ?? speeds[speeds.length - 1] ?? 1
}
