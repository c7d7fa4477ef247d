import { readable, withOpacity } from './colour.ts'
import { clamp01, easeOut, easeOutBack, mix, progress } from './easing.ts'
import { type Kit, type Moment, type SpokenWord, withAlpha, around } from './kit.ts'
import { fillBox } from './shapes.ts'
import { applyFont, runsRightToLeft } from './text.ts'

export const captionStyles = ['karaoke', 'phrase', 'minimal', 'boxed', 'pop', 'sweep'] as const
export type CaptionStyle = (typeof captionStyles)[number]

export type Phrase = { words: SpokenWord[]; startMs: number; endMs: number }

const sentenceEnd = /[.!?…。！？]["'”’)]*$/
const clauseEnd = /[,;:–—،、，]["'”’)]*$/

/**
 * Groups spoken words into what is shown at once. A phrase ends with its sentence or at a pause; what is too long for
 * one is cut into parts of about the same length, so that no last word stands alone.
 */
export function phrasesOf(words: readonly SpokenWord[], mostCharacters: number, mostWords: number): Phrase[] {
  const phrases = runsOf(words)
    .flatMap((run) => evenParts(run, mostCharacters, mostWords))
    .map((part): Phrase => ({ words: part, startMs: part[0]!.startMs, endMs: part.at(-1)!.endMs }))
  // A phrase stays until the next one, but not into a long silence.
  phrases.forEach((phrase, index) => {
    const nextMs = phrases[index + 1]?.startMs ?? Number.POSITIVE_INFINITY
    phrase.endMs = Math.min(nextMs, phrase.endMs + 400)
  })
  return phrases
}

/** Words between the ends of sentences and pauses. */
function runsOf(words: readonly SpokenWord[]): SpokenWord[][] {
  const runs: SpokenWord[][] = []
  words.forEach((word, index) => {
    const before = words[index - 1]
    const isNew = !before || sentenceEnd.test(before.text) || word.startMs - before.endMs > 350
    if (isNew) runs.push([word])
    else runs.at(-1)!.push(word)
  })
  return runs
}

const lengthOf = (words: readonly SpokenWord[]) => words.reduce((sum, { text }) => sum + text.length + 1, -1)

function evenParts(run: SpokenWord[], mostCharacters: number, mostWords: number): SpokenWord[][] {
  const least = Math.max(Math.ceil(lengthOf(run) / mostCharacters), Math.ceil(run.length / mostWords))
  for (let count = least; ; count++) {
    const parts = cutEvenly(run, count)
    const fits = parts.every(
      (part) => part.length <= mostWords && (part.length === 1 || lengthOf(part) <= mostCharacters),
    )
    if (fits) return parts
    if (count >= run.length) return filledParts(run, mostCharacters, mostWords)
  }
}

/** For words of very uneven length: each part as full as it may be. */
function filledParts(run: SpokenWord[], mostCharacters: number, mostWords: number): SpokenWord[][] {
  const parts: SpokenWord[][] = []
  for (const word of run) {
    const current = parts.at(-1)
    const isFull = !current || current.length >= mostWords || lengthOf([...current, word]) > mostCharacters
    if (isFull) parts.push([word])
    else current.push(word)
  }
  return parts
}

function cutEvenly(run: SpokenWord[], count: number): SpokenWord[][] {
  const share = lengthOf(run) / count
  const parts: SpokenWord[][] = [[]]
  let filled = 0
  for (const word of run) {
    const current = parts.at(-1)!
    const middle = filled + word.text.length / 2
    const isAtComma =
      current.length > 1 && clauseEnd.test(current.at(-1)!.text) && middle > share * (parts.length - 0.35)
    if (current.length > 0 && parts.length < count && (middle > share * parts.length || isAtComma))
      parts.push([word])
    else current.push(word)
    filled += word.text.length + 1
  }
  return parts
}

/** How much of the narration is shown at once in a picture of this shape. */
export function phraseLimits(width: number, height: number, style: CaptionStyle): [number, number] {
  if (style === 'pop') return [14, 2]
  if (style === 'minimal') return width > height ? [64, 12] : [40, 8]
  return width > height ? [44, 8] : [26, 5]
}

type Placed = SpokenWord & { x: number; y: number; width: number }

/** Draws the caption of this moment over a finished frame. */
export function drawCaptions(kit: Kit, at: Moment, style: CaptionStyle): void {
  if (at.words.length === 0) return
  const [characters, count] = phraseLimits(kit.width, kit.height, style)
  const phrases = kit.memo(`phrases ${style}`, () => phrasesOf(at.words, characters, count))
  const index = phrases.findIndex((phrase) => at.ms >= phrase.startMs && at.ms < phrase.endMs)
  const phrase = phrases[index]
  if (!phrase) return
  const look = looks[style]
  const placed = kit.memo(`caption ${style} ${index}`, () => place(kit, phrase, look))
  applyFont(kit, { role: look.role, weight: look.weight }, placed.sizePx)
  kit.ctx.letterSpacing = '0px'
  styles[style](kit, at, phrase, placed)
}

const looks: Record<CaptionStyle, { size: number; weight: number; role: 'body' | 'display' }> = {
  karaoke: { size: 76, weight: 800, role: 'body' },
  phrase: { size: 70, weight: 700, role: 'body' },
  minimal: { size: 46, weight: 500, role: 'body' },
  boxed: { size: 64, weight: 700, role: 'body' },
  pop: { size: 128, weight: 800, role: 'display' },
  sweep: { size: 72, weight: 800, role: 'body' },
}

type PlacedPhrase = { words: Placed[]; sizePx: number; lines: { x: number; y: number; width: number }[] }

function place(kit: Kit, phrase: Phrase, look: (typeof looks)[CaptionStyle]): PlacedPhrase {
  const { ctx, captions: box } = kit
  const scale = kit.width > kit.height * 1.2 ? 0.82 : 1
  for (let sizePx = look.size * kit.unit * scale; ; sizePx *= 0.92) {
    applyFont(kit, { role: look.role, weight: look.weight }, sizePx)
    ctx.letterSpacing = '0px'
    // A little wider than the face's own: the dark edges eat into it.
    const space = (ctx.measureText('n n').width - ctx.measureText('nn').width) * 1.2
    const lines: { words: (SpokenWord & { width: number })[]; width: number }[] = [{ words: [], width: 0 }]
    for (const word of phrase.words) {
      const width = ctx.measureText(word.text).width
      const line = lines.at(-1)!
      if (line.words.length > 0 && line.width + space + width > box.width) lines.push({ words: [], width: 0 })
      const target = lines.at(-1)!
      target.width += (target.words.length > 0 ? space : 0) + width
      target.words.push({ ...word, width })
    }
    const isFitting = lines.length <= 2 && lines.every((line) => line.width <= box.width)
    if (!isFitting && sizePx > look.size * kit.unit * 0.4) continue
    const lineHeight = sizePx * 1.32
    const top = box.y + (box.height - lines.length * lineHeight) / 2
    const words: Placed[] = []
    const isFlipped = runsRightToLeft(phrase.words.map((word) => word.text).join(' '))
    const rows = lines.map((line, row) => {
      const left = box.x + (box.width - line.width) / 2
      const y = top + row * lineHeight + lineHeight / 2 + sizePx * 0.36
      let offset = 0
      for (const word of line.words) {
        words.push({ ...word, x: isFlipped ? left + line.width - offset - word.width : left + offset, y })
        offset += word.width + space
      }
      return { x: left, y, width: line.width }
    })
    return { words, sizePx, lines: rows }
  }
}

type Style = (kit: Kit, at: Moment, phrase: Phrase, placed: PlacedPhrase) => void

const paper = '#ffffff'
const night = '#0b0b10'

const styles: Record<CaptionStyle, Style> = {
  karaoke(kit, at, _phrase, { words, sizePx }) {
    const { ctx, theme } = kit
    for (const word of words) {
      const isNow = at.ms >= word.startMs
      const grow = isNow ? 1 + 0.045 * (1 - progress(at.ms, word.startMs, 220)) : 1
      const isSpeaking = isNow && at.ms < word.endMs + 60
      around(kit, { x: word.x + word.width / 2, y: word.y - sizePx * 0.36, scale: grow }, () => {
        outlined(
          kit,
          word.text,
          -word.width / 2,
          sizePx * 0.36,
          sizePx,
          isSpeaking ? bright(theme.accent) : paper,
        )
      })
    }
    ctx.globalAlpha = Math.min(1, ctx.globalAlpha)
  },
  phrase(kit, at, phrase, { words, sizePx }) {
    const t = easeOut(progress(at.ms, phrase.startMs, 160))
    withAlpha(kit, t, () => {
      for (const word of words)
        outlined(kit, word.text, word.x, word.y + (1 - t) * 14 * kit.unit, sizePx, paper)
    })
  },
  minimal(kit, at, phrase, { words, sizePx, lines }) {
    withAlpha(kit, progress(at.ms, phrase.startMs, 120), () => {
      kit.ctx.fillStyle = withOpacity(night, 0.55)
      const pad = sizePx * 0.4
      for (const line of lines) {
        const box = {
          x: line.x - pad,
          y: line.y - sizePx * 1.0,
          width: line.width + pad * 2,
          height: sizePx * 1.34,
        }
        fillBox(kit.ctx, box, 10 * kit.unit)
      }
      kit.ctx.fillStyle = paper
      for (const word of words) kit.ctx.fillText(word.text, word.x, word.y)
    })
  },
  boxed(kit, at, phrase, { words, sizePx, lines }) {
    const t = easeOutBack(progress(at.ms, phrase.startMs, 220))
    const pad = sizePx * 0.5
    const first = lines[0]!
    const left = Math.min(...lines.map((line) => line.x)) - pad
    const right = Math.max(...lines.map((line) => line.x + line.width)) + pad
    const top = first.y - sizePx * 1.12
    const bottom = lines.at(-1)!.y + sizePx * 0.5
    around(kit, { x: (left + right) / 2, y: (top + bottom) / 2, scale: mix(0.92, 1, t) }, () => {
      kit.ctx.translate(-(left + right) / 2, -(top + bottom) / 2)
      kit.ctx.fillStyle = kit.theme.accent
      fillBox(kit.ctx, { x: left, y: top, width: right - left, height: bottom - top }, 22 * kit.unit)
      const ink = readable(kit.theme.accent, paper, night)
      for (const word of words) {
        kit.ctx.fillStyle = at.ms >= word.startMs ? ink : withOpacity(ink, 0.55)
        kit.ctx.fillText(word.text, word.x, word.y)
      }
    })
  },
  pop(kit, at, phrase, { words, sizePx }) {
    const spoken = words.findLast((word) => at.ms >= word.startMs) ?? words[0]!
    const t = easeOutBack(progress(at.ms, phrase.startMs, 200))
    const { captions: box } = kit
    around(kit, { x: box.x + box.width / 2, y: box.y + box.height / 2, scale: mix(0.72, 1, t) }, () => {
      kit.ctx.translate(-(box.x + box.width / 2), -(box.y + box.height / 2))
      for (const word of words) {
        outlined(kit, word.text, word.x, word.y, sizePx, word === spoken ? bright(kit.theme.accent) : paper)
      }
    })
  },
  sweep(kit, at, _phrase, { words, sizePx }) {
    const { ctx } = kit
    const ink = readable(kit.theme.accent, paper, night)
    for (const word of words) {
      outlined(kit, word.text, word.x, word.y, sizePx, paper)
      if (at.ms < word.startMs || at.ms >= word.endMs + 40) continue
      const t = easeOut(progress(at.ms, word.startMs, Math.max(120, (word.endMs - word.startMs) * 0.6)))
      const pad = sizePx * 0.14
      const width = (word.width + pad * 2) * clamp01(t)
      const box = { x: word.x - pad, y: word.y - sizePx * 0.98, width, height: sizePx * 1.28 }
      ctx.save()
      ctx.beginPath()
      ctx.roundRect(box.x, box.y, box.width, box.height, Math.min(14 * kit.unit, box.width / 2))
      ctx.clip()
      ctx.fillStyle = kit.theme.accent
      ctx.fillRect(box.x, box.y, box.width, box.height)
      ctx.fillStyle = ink
      ctx.fillText(word.text, word.x, word.y)
      ctx.restore()
    }
  },
}

/** White or coloured type with a dark edge, which can be read on any picture. */
function outlined(kit: Kit, text: string, x: number, y: number, sizePx: number, colour: string): void {
  const { ctx } = kit
  ctx.lineJoin = 'round'
  ctx.lineWidth = sizePx * 0.17
  ctx.strokeStyle = night
  ctx.strokeText(text, x, y)
  ctx.fillStyle = colour
  ctx.fillText(text, x, y)
}

/** The theme's accent where it stands out from the dark edge, else a warm yellow. */
function bright(accent: string): string {
  return readable(night, accent, '#777777') === accent ? accent : '#ffd60a'
}
