import { cardinal, digitWords, ordinalWords, spokenAmount, yearWords } from './english-numbers.ts'

const months = 'January February March April May June July August September October November December'.split(
  ' ',
)

/** What can be asked of `say-as`. */
export const readings = [
  'characters',
  'spell-out',
  'digits',
  'telephone',
  'cardinal',
  'number',
  'ordinal',
  'date',
  'time',
  'currency',
] as const

/**
 * The words for a text that is to be read in a given way. Letters and digits one by one work in every language;
 * the others are English. Returns why not when the text does not fit.
 */
export function readAs(
  text: string,
  as: string,
  format: string | undefined,
  language: string,
): string | { because: string } {
  if (!(readings as readonly string[]).includes(as))
    return { because: `interpret-as is one of ${readings.join(', ')}` }
  const isEnglish = /^en\b/i.test(language)
  if (as === 'characters' || as === 'spell-out') return spellOut(text, isEnglish)
  if (as === 'digits' || as === 'telephone') {
    if (!/^[\d\s()+./-]+$/.test(text)) return { because: `"${text}" has more than digits` }
    if (!isEnglish) return Array.from(text.replace(/\D/g, '')).join(' ')
    return groupsOf(text)
  }
  if (!isEnglish) return { because: `interpret-as="${as}" is known for English alone; write the words` }
  const digits = text.replaceAll(',', '').trim()
  if (as === 'date') return dateWords(text.trim(), format) ?? { because: `"${text}" is no date` }
  if (as === 'time' || as === 'currency')
    return spokenAmount(text.trim())?.join(' ') ?? { because: `"${text}" is no ${as}` }
  if (!/^\d{1,15}$/.test(digits)) return { because: `"${text}" is no whole number` }
  return (as === 'ordinal' ? ordinalWords(digits) : cardinal(digits)).join(' ')
}

function spellOut(text: string, isEnglish: boolean): string {
  return Array.from(text.replace(/\s/g, ''), (sign) =>
    isEnglish && /\d/.test(sign) ? digitWords(sign)[0]! : sign.toUpperCase(),
  ).join(' ')
}

/** Groups of a number are apart by a comma, as people read them out. */
function groupsOf(text: string): string {
  const groups = text.split(/[^\d+]+/).filter(Boolean)
  return groups
    .map((group) => [...(group.startsWith('+') ? ['plus'] : []), ...digitWords(group)].join(' '))
    .join(', ')
}

function dateWords(text: string, format = 'ymd'): string | undefined {
  const parts = text.split(/[^\d]+/).filter(Boolean)
  const order = /^\d{4}-\d{1,2}-\d{1,2}$/.test(text) ? 'ymd' : format.toLowerCase()
  if (parts.length !== order.length || !/^(ymd|mdy|dmy|ym|my|md|dm|y)$/.test(order)) return undefined
  const found = Object.fromEntries(Array.from(order, (part, index) => [part, Number(parts[index])]))
  const { y, m, d } = found as { y?: number; m?: number; d?: number }
  if (m !== undefined && !(m >= 1 && m <= 12)) return undefined
  if (d !== undefined && !(d >= 1 && d <= 31)) return undefined
  const words = [
    ...(m === undefined ? [] : [months[m - 1]!]),
    ...(d === undefined ? [] : ordinalWords(String(d))),
  ].join(' ')
  const year = y === undefined ? '' : yearWords(y).join(' ')
  return [words, year].filter(Boolean).join(', ')
}
