import { readAs } from './say-as.ts'
import { plainStyle, type ScriptItem, type Style } from './script-item.ts'
import { badMarkup, readXml } from './xml.ts'

const breakMs: Record<string, number> = {
  none: 0,
  'x-weak': 100,
  weak: 200,
  medium: 400,
  strong: 700,
  'x-strong': 1200,
}
const rates: Record<string, number> = { 'x-slow': 0.6, slow: 0.8, medium: 1, fast: 1.25, 'x-fast': 1.6 }
const pitches: Record<string, number> = { 'x-low': -4, low: -2, medium: 0, high: 2, 'x-high': 4 }
const volumes: Record<string, number> = { 'x-soft': -12, soft: -6, medium: 0, loud: 4, 'x-loud': 6 }

const allowed: Record<string, readonly string[]> = {
  speak: ['version', 'xmlns', 'xml:lang'],
  p: [],
  s: [],
  break: ['time', 'strength'],
  prosody: ['rate', 'pitch', 'volume'],
  emphasis: ['level'],
  'say-as': ['interpret-as', 'format'],
  sub: ['alias'],
  phoneme: ['alphabet', 'ph'],
}

/** What is being read, with everything that encloses it. */
type Frame = {
  name: string
  style: Style
  reading?: { spoken?: string; phonemes?: string; as?: string; format?: string }
}

/**
 * Reads SSML: `speak p s break prosody emphasis say-as sub phoneme`, with the attributes above. Anything else is
 * `speech.badMarkup` with its place; what a voice can do of it is checked with the voice.
 */
export function readSsml(source: string, language: string): ScriptItem[] {
  const items: ScriptItem[] = []
  const frames: Frame[] = []
  for (const event of readXml(source)) {
    const fail = (why: string) => badMarkup(source, event.at, why)
    const frame = frames.at(-1)
    if (event.kind === 'text') {
      const text = event.text.replace(/\s+/g, ' ')
      if (!frame) {
        if (text.trim() !== '') throw fail('there is text outside <speak>')
      } else if (frame.reading) items.push(readingOf(text.trim(), frame, language, fail))
      else items.push({ kind: 'text', text, style: frame.style })
    } else if (event.kind === 'open') {
      if ((frame === undefined) !== (event.name === 'speak'))
        throw fail('everything stands inside one <speak>')
      if (frame?.reading) throw fail(`<${frame.name}> holds text alone`)
      frames.push(openFrame(event.name, event.attributes, frame?.style ?? plainStyle, fail))
      if (event.name === 'break') items.push({ kind: 'pause', ms: breakOf(event.attributes, fail) })
      if (event.name === 's' || event.name === 'p') items.push({ kind: 'sentenceEnd' })
    } else {
      frames.pop()
      if (event.name === 's') items.push({ kind: 'sentenceEnd' })
      if (event.name === 'p') items.push({ kind: 'paragraphEnd' })
    }
  }
  return items
}

type Fail = (why: string) => Error

function openFrame(name: string, given: Record<string, string>, outer: Style, fail: Fail): Frame {
  const names = allowed[name]
  if (!names) throw fail(`<${name}> is not one of ${Object.keys(allowed).join(', ')}`)
  const unknown = Object.keys(given).find((attribute) => !names.includes(attribute))
  if (unknown) throw fail(`<${name}> takes ${names.join(', ') || 'no attributes'}, not ${unknown}`)
  const need = (attribute: string) => {
    const value = given[attribute]?.trim()
    if (!value) throw fail(`<${name}> needs ${attribute}`)
    return value
  }
  if (name === 'prosody') return { name, style: prosodyOf(given, outer, fail) }
  if (name === 'emphasis') {
    const level = given['level'] ?? 'moderate'
    if (level === 'none') return { name, style: { ...outer, emphasis: undefined } }
    if (level !== 'reduced' && level !== 'moderate' && level !== 'strong')
      throw fail('the level of <emphasis> is strong, moderate, reduced or none')
    return { name, style: { ...outer, emphasis: level } }
  }
  if (name === 'sub') return { name, style: outer, reading: { spoken: need('alias') } }
  if (name === 'say-as')
    return { name, style: outer, reading: { as: need('interpret-as'), format: given['format'] } }
  if (name === 'phoneme') {
    if ((given['alphabet'] ?? 'ipa') !== 'ipa') throw fail('phonemes are written in ipa')
    return { name, style: outer, reading: { phonemes: need('ph') } }
  }
  return { name, style: outer }
}

function readingOf(text: string, { style, reading }: Frame, language: string, fail: Fail): ScriptItem {
  const { as, format, ...rest } = reading!
  if (text === '') throw fail('there is no text to be said')
  if (as === undefined) return { kind: 'reading', text, style, ...rest }
  const spoken = readAs(text, as, format, language)
  if (typeof spoken !== 'string') throw fail(spoken.because)
  return { kind: 'reading', text, style, spoken }
}

function prosodyOf(given: Record<string, string>, outer: Style, fail: Fail): Style {
  const style = { ...outer }
  const { rate, pitch, volume } = given
  if (rate === undefined && pitch === undefined && volume === undefined)
    throw fail('<prosody> needs rate, pitch or volume')
  if (rate !== undefined) style.rate = outer.rate * (rates[rate] ?? percentOf(rate) ?? Number.NaN)
  if (pitch !== undefined)
    style.pitchSemitones = outer.pitchSemitones + (pitches[pitch] ?? semitonesOf(pitch))
  if (volume !== undefined) style.volumeDb = outer.volumeDb + (volumes[volume] ?? decibelsOf(volume))
  if (!(style.rate >= 0.5 && style.rate <= 2)) throw fail('a rate is between 50% and 200%, such as 90%')
  if (!(Math.abs(style.pitchSemitones) <= 6))
    throw fail('a pitch is between -6st and +6st, such as +2st or +10%')
  if (!(style.volumeDb >= -20 && style.volumeDb <= 6))
    throw fail('a volume is between -20dB and +6dB, such as -3dB')
  return style
}

/** `90%` is that part, `+10%` more by so much, `0.9` a factor. */
function percentOf(text: string): number | undefined {
  const match = /^([+-])?(\d{1,4}(?:\.\d{1,3})?)(%)?$/.exec(text)
  if (!match) return undefined
  const value = Number(match[2]) / (match[3] ? 100 : 1)
  return match[1] ? 1 + (match[1] === '-' ? -value : value) : value
}

function semitonesOf(text: string): number {
  const steps = /^([+-]?\d{1,2}(?:\.\d{1,3})?)st$/.exec(text)
  if (steps) return Number(steps[1])
  const percent = /^[+-]\d/.test(text) && text.endsWith('%') ? percentOf(text) : undefined
  return percent === undefined ? Number.NaN : 12 * Math.log2(percent)
}

function decibelsOf(text: string): number {
  const match = /^([+-]\d{1,2}(?:\.\d{1,3})?)dB$/.exec(text)
  return match ? Number(match[1]) : Number.NaN
}

function breakOf(given: Record<string, string>, fail: Fail): number {
  if (given['time'] === undefined) {
    const ms = breakMs[given['strength'] ?? 'medium']
    if (ms === undefined) throw fail(`the strength of <break> is one of ${Object.keys(breakMs).join(', ')}`)
    return ms
  }
  const match = /^(\d{1,5}(?:\.\d{1,3})?)(ms|s)$/.exec(given['time'])
  const ms = match ? Number(match[1]) * (match[2] === 's' ? 1000 : 1) : Number.NaN
  if (!(ms <= 10_000)) throw fail('the time of <break> is at most 10s, such as 500ms or 1.5s')
  return Math.round(ms)
}
