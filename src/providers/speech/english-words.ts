import { spokenAmount } from './english-numbers.ts'

/** Short forms that are said in full; with or without their dot. */
const shortForms: Record<string, string> = {
  mr: 'mister',
  mrs: 'missus',
  ms: 'miz',
  dr: 'doctor',
  prof: 'professor',
  jr: 'junior',
  sr: 'senior',
  vs: 'versus',
  etc: 'et cetera',
  'e.g': 'for example',
  'i.e': 'that is',
  approx: 'approximately',
  dept: 'department',
  no: 'no',
  fig: 'figure',
  vol: 'volume',
  inc: 'incorporated',
  ltd: 'limited',
  co: 'company',
}

const withDotOnly = new Set(['no', 'co', 'fig', 'sr', 'ms'])

const units: Record<string, string> = {
  km: 'kilometers',
  m: 'meters',
  cm: 'centimeters',
  mm: 'millimeters',
  kg: 'kilograms',
  g: 'grams',
  mg: 'milligrams',
  ml: 'milliliters',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  ghz: 'gigahertz',
  mhz: 'megahertz',
  khz: 'kilohertz',
  hz: 'hertz',
  kb: 'kilobytes',
  mb: 'megabytes',
  gb: 'gigabytes',
  tb: 'terabytes',
  kw: 'kilowatts',
  w: 'watts',
  '°': 'degrees',
  '°c': 'degrees celsius',
  '°f': 'degrees fahrenheit',
  x: 'times',
}

const signs: Record<string, string> = {
  '&': 'and',
  '+': 'plus',
  '=': 'equals',
  '@': 'at',
  '%': 'percent',
  '#': 'number',
  '→': 'to',
  '×': 'times',
  '÷': 'divided by',
  '<': 'less than',
  '>': 'greater than',
  '°': 'degrees',
}

/**
 * How English says one written word, in small letters and apostrophes alone: `$3.50` → three dollars fifty cents, `GPU` →
 * g p u, `co-operate` → co operate. Nothing for marks that are not said.
 */
export function spokenWords(written: string): string[] {
  const bare = written
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[’‘`´]/g, "'")
    .replace(/^(?:["'“”(){}[\]<«»*_~.,;:!?…]|-(?!\d))+(?=.*[\p{L}\p{N}])|["'“”(){}[\]«»*_~,;:!?…-]+$/gu, '')
  const sign = signs[bare]
  if (sign) return sign.split(' ')
  const short = bare.toLowerCase().replace(/\.$/, '')
  const form = shortForms[short]
  if (form && (bare.endsWith('.') || !withDotOnly.has(short))) return form.split(' ')
  // U.S.A. and e-mail addresses have dots inside; a dot at the end ends a sentence.
  if (/^(\p{L}\.){2,}\p{L}?$/u.test(bare)) return lettersOf(bare)
  const amount = spokenAmount(bare.replace(/\.$/, ''))
  if (amount) return amount
  return bare
    .split(/[-–—/\\_.,:;()"“”[\]{}|~*^]+|(?<=\p{L})(?=\d)|(?<=\d)(?=\p{L})|([&+=@%#→×÷<>°])/u)
    .flatMap(spokenPart)
}

/** A unit after a number that stands before it, such as `km` in `5 km`. */
export function spokenUnit(written: string): string[] | undefined {
  return units[written.toLowerCase().replace(/[.,;:!?]+$/, '')]?.split(' ')
}

function spokenPart(part: string | undefined): string[] {
  if (!part) return []
  const sign = signs[part]
  if (sign) return sign.split(' ')
  const amount = spokenAmount(part)
  if (amount) return amount
  const letters = part.replace(/[^A-Za-z']/g, '')
  if (letters.replaceAll("'", '') === '') return []
  const isCapitals = /^[A-Z]{2,}s?$/.test(letters)
  if (isCapitals && !isPronounceable(letters)) return lettersOf(letters)
  return [letters.toLowerCase().replace(/^'+|'+$/g, '')]
}

/** Capitals that are said as a word: four letters or more with vowels in between, as in NASA. */
function isPronounceable(capitals: string): boolean {
  return (
    capitals.length >= 4 && /^[^AEIOUY]?[AEIOUY]+([^AEIOUY]{1,2}[AEIOUY]+)+[^AEIOUY]{0,2}$/.test(capitals)
  )
}

function lettersOf(text: string): string[] {
  const plural = /[A-Z]s$/.test(text)
  const letters = Array.from(text.replace(/[^A-Za-z]/g, ''), (letter) => letter.toLowerCase())
  if (!plural) return letters
  return [...letters.slice(0, -2), `${letters.at(-2)}'s`]
}
