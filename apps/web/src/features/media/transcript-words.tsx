'use client'
import { memo, type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef } from 'react'
import { cx } from '../../ui/cx.ts'
import { formatTime } from '../../ui/format.ts'
import type { Player } from './player.ts'
import { transcriptMessages as m } from './transcript-messages.ts'
import type { SpokenWord } from './transcript-queries.ts'
import { boundsOf, paragraphsOf, stepSelection, wordAt, type WordSelection } from './word-selection.ts'

/** Below this a person should listen again; the server counts the same words as `needsReview`. */
const sureFrom = 0.7

type Props = {
  words: SpokenWord[]
  /** Half-open stretches that the tight cut leaves out. */
  cuts: Array<{ startMs: number; endMs: number }>
  player: Player
  selection: WordSelection | undefined
  onSelect: (selection: WordSelection | undefined) => void
}

/** The words as running text, on the player's time: the heard one is marked, a click seeks, a drag chooses. */
export function TranscriptWords({ words, cuts, player, selection, onSelect }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const isDragging = useRef(false)
  const paragraphs = useMemo(() => paragraphsOf(words), [words])
  const bounds = selection && boundsOf(selection)

  // Marked outside React: the heard word changes many times a second, and there may be thousands.
  useEffect(() => {
    let marked: Element | null | undefined
    const mark = () => {
      const at = wordAt(words, player.state().timeMs)
      const next = box.current?.querySelector(`[data-word="${at}"]`)
      if (next === marked) return
      marked?.removeAttribute('data-now')
      next?.setAttribute('data-now', '')
      marked = next
    }
    mark()
    return player.subscribe(mark)
  }, [player, words])

  const indexOf = (event: PointerEvent) => {
    const word = (event.target as Element).closest('[data-word]')
    return word ? Number(word.getAttribute('data-word')) : undefined
  }

  function onKeyDown(event: KeyboardEvent) {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -8, ArrowDown: 8 }[event.key]
    if (step === undefined && event.key !== 'Enter' && event.key !== 'Escape') return
    // These keys mean something else to the player below.
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Escape') onSelect(undefined)
    else if (step === undefined) {
      if (bounds) player.seek(words[bounds.from]!.startMs)
    } else {
      const next = stepSelection(selection, step, words.length, event.shiftKey)
      onSelect(next)
      box.current?.querySelector(`[data-word="${next.focus}"]`)?.scrollIntoView({ block: 'nearest' })
    }
  }

  return (
    <div
      ref={box}
      role="group"
      aria-label={m.words}
      tabIndex={0}
      className="max-h-96 touch-pan-y overflow-y-auto rounded-xl border border-line bg-surface p-4 leading-relaxed select-none"
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        const at = indexOf(event)
        if (at === undefined || event.button !== 0) return
        isDragging.current = true
        onSelect({ anchor: event.shiftKey && selection ? selection.anchor : at, focus: at })
      }}
      onPointerMove={(event) => {
        const at = indexOf(event)
        if (isDragging.current && at !== undefined && selection && at !== selection.focus)
          onSelect({ ...selection, focus: at })
      }}
      onPointerUp={() => {
        isDragging.current = false
        if (bounds && bounds.from === bounds.to) player.seek(words[bounds.from]!.startMs)
      }}
      onPointerLeave={() => {
        isDragging.current = false
      }}
    >
      {paragraphs.map(({ from, to }) => (
        <Paragraph
          key={from}
          words={words}
          from={from}
          to={to}
          cuts={cuts}
          chosenFrom={bounds && bounds.to >= from && bounds.from < to ? bounds.from : -1}
          chosenTo={bounds && bounds.to >= from && bounds.from < to ? bounds.to : -2}
          onSeek={player.seek}
        />
      ))}
    </div>
  )
}

type ParagraphProps = Pick<Props, 'words' | 'cuts'> & {
  from: number
  to: number
  chosenFrom: number
  chosenTo: number
  onSeek: (timeMs: number) => void
}

/** Only those whose words become chosen are drawn again. */
const Paragraph = memo(function Paragraph(props: ParagraphProps) {
  const { words, from, to, cuts, chosenFrom, chosenTo, onSeek } = props
  const startMs = words[from]!.startMs
  const isCut = ({ startMs, endMs }: SpokenWord) =>
    cuts.some((cut) => (startMs + endMs) / 2 >= cut.startMs && (startMs + endMs) / 2 < cut.endMs)
  return (
    <div className="mb-3 flex gap-3 [contain-intrinsic-size:auto_3rem] [content-visibility:auto] last:mb-0">
      <button
        type="button"
        className="mt-0.5 h-6 shrink-0 rounded font-mono text-xs text-faint tabular-nums hover:text-ink pointer-coarse:h-10"
        aria-label={m.seek(formatTime(startMs))}
        onClick={() => onSeek(startMs)}
      >
        {formatTime(startMs)}
      </button>
      <p dir="auto" className="min-w-0 break-words">
        {words.slice(from, to).map((word, index) => {
          const at = from + index
          const isDoubtful = word.confidence < sureFrom
          return (
            <span key={at}>
              <span
                data-word={at}
                title={isDoubtful ? m.doubtful : undefined}
                className={cx(
                  'cursor-pointer rounded-xs hover:bg-hover data-now:bg-warn-soft',
                  isDoubtful && 'underline decoration-warn decoration-dotted underline-offset-4',
                  isCut(word) && 'text-faint line-through',
                  at >= chosenFrom && at <= chosenTo && 'bg-accent-soft text-accent-ink',
                )}
              >
                {word.text}
              </span>{' '}
            </span>
          )
        })}
      </p>
    </div>
  )
})
