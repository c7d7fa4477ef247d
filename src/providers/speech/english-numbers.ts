const ones =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const tens = ' ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')
const scales = ['', 'thousand', 'million', 'billion', 'trillion']
const moneys: Record<string, [one: string, many: string, cent: string]> = {
  $: ['dollar', 'dollars', 'cents'],
  '€': ['euro', 'euros', 'cents'],
  '£': ['pound', 'pounds', 'pence'],
}
const irregularOrdinals: Record<string, string> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
}
const magnitudes: Record<string, string> = {
  k: 'thousand',
  m: 'million',
  b: 'billion',
  bn: 'billion',
  t: 'trillion',
}

/** How English says a number in any of its written forms: `1,200`, `2026`, `3.5`, `$5`, `$1.2M`, `20%`, `1st`, `1990s`, `10:30`. */
export function spokenAmount(text: string): string[] | undefined {
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text)
  if (clock) return clockWords(Number(clock[1]), Number(clock[2]))
  const match =
    /^([-−+])?([$€£])?(\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.(\d{1,10}))?(%|st|nd|rd|th|s|k|m|bn?|t)?$/i.exec(text)
  if (!match) return undefined
  const [, sign, money, whole = '', fraction, rawEnding = ''] = match
  const ending = rawEnding.toLowerCase()
  const digits = whole.replaceAll(',', '')
  const words = sign === '-' || sign === '−' ? ['minus'] : sign === '+' ? ['plus'] : []
  const magnitude = magnitudes[ending]
  if (money && fraction?.length === 2 && !ending) return [...words, ...moneyWords(money, digits, fraction)]
  words.push(
    ...(isYear(whole, money ?? fraction ?? magnitude) ? yearWords(Number(digits)) : cardinal(digits)),
  )
  if (fraction) words.push('point', ...digitWords(fraction))
  if (magnitude && (money || ending !== 'm')) words.push(magnitude)
  else if (ending === 'm') words.push('meters')
  else if (ending === '%') words.push('percent')
  else if (ending === 's') words.push(pluralOf(words.pop()!))
  else if (ending) words.push(ordinalOf(words.pop()!))
  if (money) words.push(digits === '1' && !fraction && !magnitude ? moneys[money]![0] : moneys[money]![1])
  return words
}

/** Digit by digit. */
export function digitWords(text: string): string[] {
  return Array.from(text.replace(/\D/g, ''), (digit) => ones[Number(digit)]!)
}

export function cardinal(digits: string): string[] {
  const value = Number(digits)
  // `007` and card numbers are read digit by digit.
  if ((digits.length > 1 && digits.startsWith('0')) || value >= 1e15) return digitWords(digits)
  if (value < 20) return [ones[value]!]
  const words: string[] = []
  for (let scale = scales.length - 1; scale >= 0; scale--) {
    const part = Math.floor(value / 1000 ** scale) % 1000
    if (part === 0) continue
    words.push(...underThousand(part))
    if (scale > 0) words.push(scales[scale]!)
  }
  return words
}

export function ordinalWords(digits: string): string[] {
  const words = cardinal(digits)
  return [...words.slice(0, -1), ordinalOf(words.at(-1)!)]
}

export function yearWords(year: number): string[] {
  const [century, rest] = [Math.floor(year / 100), year % 100]
  if (year < 1000 || (year >= 2000 && year < 2010)) return cardinal(String(year))
  if (rest === 0) return [...underThousand(century), 'hundred']
  return [...underThousand(century), ...(rest < 10 ? ['oh', ones[rest]!] : underThousand(rest))]
}

function isYear(whole: string, more: string | undefined): boolean {
  return more === undefined && /^(1[1-9]|20)\d\d$/.test(whole)
}

function moneyWords(money: string, digits: string, fraction: string): string[] {
  const [one, many, cents] = moneys[money]!
  const words = [...cardinal(digits), digits === '1' ? one : many]
  return Number(fraction) === 0 ? words : [...words, ...cardinal(String(Number(fraction))), cents]
}

function clockWords(hour: number, minute: number): string[] {
  const words = cardinal(String(hour))
  if (minute === 0) return [...words, "o'clock"]
  return [...words, ...(minute < 10 ? ['oh', ones[minute]!] : underThousand(minute))]
}

function underThousand(value: number): string[] {
  const words = value >= 100 ? [ones[Math.floor(value / 100)]!, 'hundred'] : []
  const rest = value % 100
  if (rest === 0) return words
  if (rest < 20) return [...words, ones[rest]!]
  return [...words, tens[Math.floor(rest / 10)]!, ...(rest % 10 ? [ones[rest % 10]!] : [])]
}

function ordinalOf(word: string): string {
  return irregularOrdinals[word] ?? (word.endsWith('y') ? `${word.slice(0, -1)}ieth` : `${word}th`)
}

function pluralOf(word: string): string {
  if (word.endsWith('y')) return `${word.slice(0, -1)}ies`
  return word.endsWith('x') ? `${word}es` : `${word}s`
}
