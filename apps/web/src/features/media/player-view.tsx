'use client'
import { ChevronFirst, ChevronLast, Maximize, Pause, Play, Volume2, VolumeX } from 'lucide-react'
import { useEffect, useState } from 'react'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { IconButton } from '../../ui/button.tsx'
import { formatExactTime } from '../../ui/format.ts'
import { mediaMessages as m } from './messages.ts'
import type { Player } from './player.ts'
import { useHls, usePlayerFact } from './use-player.ts'
import { useSteadySource } from './use-steady-source.ts'

type PlayerViewProps = {
  player: Player
  hlsUrl: string
  /** Asks for a fresh `hlsUrl`, because the one given no longer works. */
  onRenew: () => void
  posterUrl?: string
  title: string
  isAudioOnly?: boolean
}

/** The picture with its transport below; the page's shortcuts drive the same player. */
export function PlayerView({ player, hlsUrl, onRenew, posterUrl, title, isAudioOnly }: PlayerViewProps) {
  const [video, setVideo] = useState<HTMLVideoElement | null>(null)
  const { source, isBroken, onBroken } = useSteadySource(hlsUrl, onRenew)
  useHls(video, source, onBroken)

  useEffect(() => {
    player.attach(video ?? undefined)
    return () => player.attach(undefined)
  }, [player, video])

  return (
    <section aria-label={m.player} className="overflow-hidden rounded-xl border border-line bg-surface">
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- captions are added as tracks once they exist */}
      <video
        ref={setVideo}
        poster={posterUrl}
        playsInline
        preload="auto"
        aria-label={title}
        onClick={() => player.toggle()}
        className={isAudioOnly ? 'h-28 w-full' : 'max-h-[62dvh] min-h-40 w-full bg-black'}
      />
      {isBroken ? (
        <ProblemNote
          error={{ message: m.playbackError, help: m.playbackErrorHelp }}
          className="rounded-none"
        />
      ) : null}
      <Transport player={player} onFullscreen={() => void video?.requestFullscreen()} />
    </section>
  )
}

function Transport({ player, onFullscreen }: { player: Player; onFullscreen: () => void }) {
  const isPlaying = usePlayerFact(player, (state) => state.isPlaying)
  const isMuted = usePlayerFact(player, (state) => state.isMuted)
  const rate = usePlayerFact(player, (state) => state.rate)
  return (
    <div className="flex items-center gap-1 border-t border-line bg-surface px-2 py-1.5 max-sm:gap-0 max-sm:px-1">
      <IconButton label={m.frameBack} shortcut="←" onClick={() => player.step(-1)}>
        <ChevronFirst />
      </IconButton>
      <IconButton label={isPlaying ? m.pause : m.play} shortcut="Space" onClick={() => player.toggle()}>
        {isPlaying ? <Pause className="fill-current" /> : <Play className="fill-current" />}
      </IconButton>
      <IconButton label={m.frameOn} shortcut="→" onClick={() => player.step(1)}>
        <ChevronLast />
      </IconButton>
      <Clock player={player} />
      <span className="flex-1" />
      {rate === 1 ? null : (
        <span className="px-2 text-sm font-medium text-accent-ink tabular-nums">{m.speed(rate)}</span>
      )}
      <IconButton label={isMuted ? m.unmute : m.mute} onClick={() => player.toggleMute()}>
        {isMuted ? <VolumeX /> : <Volume2 />}
      </IconButton>
      <IconButton label={m.fullscreen} onClick={onFullscreen}>
        <Maximize />
      </IconButton>
    </div>
  )
}

function Clock({ player }: { player: Player }) {
  // Hundredths are enough for the eye and spare renders in between.
  const hundredths = usePlayerFact(player, (state) => Math.round(state.timeMs / 10))
  const durationMs = usePlayerFact(player, (state) => state.durationMs)
  return (
    <span className="px-2 text-sm whitespace-nowrap text-soft tabular-nums" data-player-clock>
      <span className="text-ink">{formatExactTime(hundredths * 10)}</span>
      <span className="max-sm:hidden"> / {formatExactTime(durationMs)}</span>
    </span>
  )
}
