import type { Box, FontRole, Kit } from './kit.ts'

export type Word = {
  text: string
  isStrong: boolean
  x: number
  y: number
  width: number
  line: number
}

/** Text set into a box: each word with the left end of its baseline. */
export type TextBlock = { words: Word[]; sizePx: number; lineHeight: number; lines: number; box: Box }

export type Setting = {
  role: FontRole
  weight: number
  /** Largest and smallest size in units of a 1080 picture. */
  size: number
  minSize?: number
  align?: 'start' | 'center'
  /** Where the block stands in the height of its box. Default the middle. */
  vertical?: 'top' | 'middle' | 'bottom'
  leading?: number
  maxLines?: number
}

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/
const noSpaces = /[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff]/

/** Whether text begins in a script that runs from right to left. */
export function runsRightToLeft(text: string): boolean {
  const letter = text.match(/\p{L}/u)
  return letter !== null && rightToLeft.test(letter[0])
}

type Piece = { text: string; isStrong: boolean; hasSpace: boolean }

/** Cuts text where lines may break; `*stars*` mark what is strong. Chinese, Japanese and Thai have no spaces to break at. */
export function piecesOf(text: string, isUppercase = false): Piece[] {
  const pieces: Piece[] = []
  let isStrong = false
  for (const part of text.split(/(\*)/)) {
    if (part === '*') {
      isStrong = !isStrong
      continue
    }
    for (const token of part.split(/\s+/)) {
      const cased = isUppercase ? token.toUpperCase() : token
      if (cased === '') continue
      const split = noSpaces.test(cased) ? glue(cased) : [cased]
      split.forEach((piece, index) =>
        pieces.push({ text: piece, isStrong, hasSpace: index === split.length - 1 }),
      )
    }
    // A star inside a word must not put a space into it.
    if (part !== '' && !/\s$/.test(part) && pieces.length > 0) pieces.at(-1)!.hasSpace = false
    if (/^\s/.test(part) && pieces.length > 0) {
      const before = pieces.findLast((piece) => piece.isStrong !== isStrong)
      if (before) before.hasSpace = true
    }
  }
  return pieces
}

/** Words of a script without spaces; punctuation stays with the word before it. */
function glue(text: string): string[] {
  const out: string[] = []
  for (const { segment } of new Intl.Segmenter('und', { granularity: 'word' }).segment(text)) {
    if (out.length > 0 && /^[\p{P}\p{M}]/u.test(segment)) out[out.length - 1] += segment
    else out.push(segment)
  }
  return out
}

/** Sets text into a box as large as it fits, down to `minSize`, and remembers the result for the scene. */
export function setText(kit: Kit, text: string, box: Box, setting: Setting): TextBlock {
  const key = `text ${text} ${box.x} ${box.y} ${box.width} ${box.height} ${JSON.stringify(setting)}`
  return kit.memo(key, () => layOut(kit, text, box, setting))
}

function layOut(kit: Kit, text: string, box: Box, setting: Setting): TextBlock {
  const isDisplay = setting.role === 'display'
  const pieces = piecesOf(text, isDisplay && kit.theme.isUppercase)
  const leading = setting.leading ?? (isDisplay ? kit.theme.leading : 1.28)
  const smallest = (setting.minSize ?? setting.size * 0.35) * kit.unit
  for (let sizePx = setting.size * kit.unit; ; sizePx *= 0.94) {
    const lines = breakLines(kit, pieces, box.width, setting, sizePx)
    const height = lines.length * sizePx * leading
    const isWide = lines.some((line) => line.width > box.width + 1)
    const isMany = setting.maxLines !== undefined && lines.length > setting.maxLines
    if ((height <= box.height && !isWide && !isMany) || sizePx * 0.94 < smallest) {
      return place(kit, lines, box, setting, sizePx, leading)
    }
  }
}

type Line = { pieces: (Piece & { width: number })[]; width: number; space: number }

function breakLines(kit: Kit, pieces: Piece[], width: number, setting: Setting, sizePx: number): Line[] {
  applyFont(kit, setting, sizePx)
  const space = kit.ctx.measureText('n n').width - kit.ctx.measureText('nn').width
  const sized = pieces.map((piece) => ({ ...piece, width: kit.ctx.measureText(piece.text).width }))
  const lines = fill(sized, width, space)
  // Even lines look better than one full line and one lonely word.
  if (lines.length > 1 && lines.length <= 6) {
    for (let tight = width * 0.94; tight > width * 0.5; tight *= 0.94) {
      const tighter = fill(sized, tight, space)
      if (tighter.length > lines.length || tighter.some((line) => line.width > tight)) break
      lines.splice(0, lines.length, ...tighter)
    }
  }
  return lines
}

function fill(pieces: (Piece & { width: number })[], width: number, space: number): Line[] {
  const lines: Line[] = []
  let line: Line = { pieces: [], width: 0, space }
  let gap = 0
  for (const piece of pieces) {
    if (line.pieces.length > 0 && line.width + gap + piece.width > width) {
      lines.push(line)
      line = { pieces: [], width: 0, space }
      gap = 0
    }
    line.width += gap + piece.width
    line.pieces.push(piece)
    gap = piece.hasSpace ? space : 0
  }
  if (line.pieces.length > 0) lines.push(line)
  return lines
}

function place(
  kit: Kit,
  lines: Line[],
  box: Box,
  setting: Setting,
  sizePx: number,
  leading: number,
): TextBlock {
  const lineHeight = sizePx * leading
  const height = lines.length * lineHeight
  const share = { top: 0, middle: 0.5, bottom: 1 }[setting.vertical ?? 'middle']
  const top = box.y + (box.height - height) * share
  const isFlipped = runsRightToLeft(
    lines
      .flatMap((line) => line.pieces)
      .map((piece) => piece.text)
      .join(' '),
  )
  const words: Word[] = []
  let widest = 0
  lines.forEach((line, index) => {
    const spare = box.width - line.width
    const left = box.x + (setting.align === 'center' ? spare / 2 : isFlipped ? spare : 0)
    let offset = 0
    for (const piece of line.pieces) {
      const x = isFlipped ? left + line.width - offset - piece.width : left + offset
      const y = top + index * lineHeight + lineHeight / 2 + sizePx * 0.36
      words.push({ text: piece.text, isStrong: piece.isStrong, x, y, width: piece.width, line: index })
      offset += piece.width + (piece.hasSpace ? line.space : 0)
    }
    widest = Math.max(widest, line.width)
  })
  const x =
    box.x + (setting.align === 'center' ? (box.width - widest) / 2 : isFlipped ? box.width - widest : 0)
  return { words, sizePx, lineHeight, lines: lines.length, box: { x, y: top, width: widest, height } }
}

/** Makes the context write with this setting at a size in pixels. */
export function applyFont(kit: Kit, setting: Pick<Setting, 'role' | 'weight'>, sizePx: number): void {
  kit.setFont(setting.role, setting.weight, sizePx)
  // Letters that join must not be pushed together.
  const isDisplay = setting.role === 'display' && !kit.isRightToLeft
  kit.ctx.letterSpacing = isDisplay ? `${(kit.theme.tracking * sizePx).toFixed(2)}px` : '0px'
}

/** Draws all words of a block; strong ones in the accent colour. */
export function drawText(
  kit: Kit,
  block: TextBlock,
  setting: Pick<Setting, 'role' | 'weight'>,
  colour: string,
  strong = colour,
): void {
  applyFont(kit, setting, block.sizePx)
  for (const word of block.words) {
    kit.ctx.fillStyle = word.isStrong ? strong : colour
    kit.ctx.fillText(word.text, word.x, word.y)
  }
}
