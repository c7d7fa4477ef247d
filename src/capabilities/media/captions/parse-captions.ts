import { assertCues, type Cue } from './caption.ts'
import { captionErrors } from './errors.ts'

type Format = 'SRT' | 'WebVTT'
type Line = { text: string; number: number }

/**
 * Reads SubRip as players do: numbers may be missing, a dot may stand for the comma, formatting is dropped. Captions
 * come in the order of time. Fails with the line for what is not SubRip, and as `assertCues` for bad times.
 */
export function parseSrt(text: string): Cue[] {
  const cues = blocksOf(text).map((block) => {
    const isNumbered = /^\d+$/.test(block[0]!.text.trim()) && block[1]?.text.includes('-->')
    return readCue('SRT', isNumbered ? block.slice(1) : block)
  })
  return inOrder(cues)
}

/** Reads WebVTT; notes, styles and regions are skipped, markup is dropped. Fails like `parseSrt`. */
export function parseVtt(text: string): Cue[] {
  if (!/^\ufeff?WEBVTT(?:[ \t].*)?$/m.test(text.split(/\r\n|\n|\r/, 1)[0]!)) {
    throw captionErrors.unreadable('Line 1 of a WebVTT file must begin with WEBVTT.')
  }
  const [head, ...blocks] = blocksOf(text)
  if (head!.some((line) => line.text.includes('-->'))) {
    throw captionErrors.unreadable('The first line of a WebVTT file must be followed by an empty one.')
  }
  const cues = blocks
    .filter(([first]) => !/^(NOTE|STYLE|REGION)(?:[ \t]|$)/.test(first!.text))
    .map((block) => readCue('WebVTT', block[0]!.text.includes('-->') ? block : block.slice(1), block[0]))
  return inOrder(cues)
}

/** Stretches of lines between empty ones. */
function blocksOf(text: string): Line[][] {
  const blocks: Line[][] = [[]]
  text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .forEach((line, index) => {
      if (line.trim() !== '') blocks.at(-1)!.push({ text: line, number: index + 1 })
      else if (blocks.at(-1)!.length > 0) blocks.push([])
    })
  return blocks.filter((block) => block.length > 0)
}

const timeRange = /^\s*(\S+?)\s*-->\s*(\S+)(?:\s|$)/

function readCue(format: Format, lines: Line[], first: Line = lines[0]!): Cue {
  const [timing, ...rest] = lines
  const times = timing && timeRange.exec(timing.text)
  if (!times) {
    throw captionErrors.unreadable(
      `Line ${(timing ?? first).number} of the ${format} file is not a time range.`,
    )
  }
  const nested = rest.find((line) => timeRange.test(line.text) && /^\s*\d/.test(line.text))
  if (nested) {
    throw captionErrors.unreadable(
      `Line ${nested.number} of the ${format} file needs an empty line before its caption.`,
    )
  }
  const [startMs, endMs] = [times[1]!, times[2]!].map((time) => readTime(format, time, timing.number))
  const text = rest.map((line) => (format === 'SRT' ? srtText : vttText)(line.text).trim()).filter(Boolean)
  return { startMs: startMs!, endMs: endMs!, text: text.join('\n') }
}

const patterns: Record<Format, RegExp> = {
  SRT: /^(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)[,.](\d{1,3})$/,
  WebVTT: /^(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})$/,
}

function readTime(format: Format, text: string, line: number): number {
  if (text.startsWith('-')) throw captionErrors.badTimes(`Line ${line}: the time ${text} is before 0.`)
  const found = patterns[format].exec(text)
  if (!found)
    throw captionErrors.unreadable(`Line ${line}: "${text.slice(0, 40)}" is not a time of ${format}.`)
  const [, hours = '0', minutes, seconds, fraction] = found
  const ms = Number(fraction!.padEnd(3, '0'))
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + ms
}

function srtText(line: string): string {
  // Tags that players understand, and positions in the manner of ASS.
  return line.replace(/<\/?(?:i|b|u|s|font)(?:\s[^<>]*)?>/gi, '').replace(/\{\\[^{}]*\}/g, '')
}

const entities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: '\u00a0',
  lrm: '\u200e',
  rlm: '\u200f',
}

function vttText(line: string): string {
  return line.replace(/<[^<>]*>/g, '').replace(/&(\w+);/g, (all, name: string) => entities[name] ?? all)
}

/** Captions without text show nothing and are left out. */
function inOrder(cues: Cue[]): Cue[] {
  const shown = cues.filter(({ text }) => text !== '').sort((a, b) => a.startMs - b.startMs)
  assertCues(shown)
  return shown
}
