const ones =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const tens = ' ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')
const scales = ['', 'thousand', 'million', 'billion', 'trillion']
const ordinals: Record<string, string> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
}
const signs: Record<string, string> = { '%': 'percent', '&': 'and', '+': 'plus', '@': 'at', '=': 'equals' }
const moneys: Record<string, string> = { $: 'dollars', '€': 'euros', '£': 'pounds' }

/** How English says a written number, such as `2026`, `3.5`, `1,200`, `$5`, `20%` or `1st`; undefined for anything else. */
export function spokenNumber(text: string): string[] | undefined {
  const sign = signs[text]
  if (sign) return [sign]
  const match = /^([$€£])?(\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.(\d{1,10}))?(%|st|nd|rd|th|s|k)?$/i.exec(text)
  if (!match) return undefined
  const [, money, whole = '', fraction, ending] = match
  const digits = whole.replaceAll(',', '')
  const isYear =
    /^(1[1-9]|20)\d\d$/.test(digits) && !whole.includes(',') && !money && !fraction && ending !== '%'
  const words = isYear ? yearWords(Number(digits)) : cardinalWords(Number(digits))
  if (fraction) words.push('point', ...Array.from(fraction, (digit) => ones[Number(digit)]!))
  if (ending === '%') words.push('percent')
  else if (ending?.toLowerCase() === 'k') words.push('thousand')
  else if (ending === 's') words.push(pluralOf(words.pop()!))
  else if (ending) words.push(ordinalOf(words.pop()!))
  if (money) words.push(moneys[money]!)
  return words
}

function cardinalWords(value: number): string[] {
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

function underThousand(value: number): string[] {
  const words = value >= 100 ? [ones[Math.floor(value / 100)]!, 'hundred'] : []
  const rest = value % 100
  if (rest === 0) return words
  if (rest < 20) return [...words, ones[rest]!]
  return [...words, tens[Math.floor(rest / 10)]!, ...(rest % 10 ? [ones[rest % 10]!] : [])]
}

function yearWords(year: number): string[] {
  const [century, rest] = [Math.floor(year / 100), year % 100]
  if (year >= 2000 && year < 2010) return cardinalWords(year)
  if (rest === 0) return [...underThousand(century), 'hundred']
  return [...underThousand(century), ...(rest < 10 ? ['oh', ones[rest]!] : underThousand(rest))]
}

function ordinalOf(word: string): string {
  return ordinals[word] ?? (word.endsWith('y') ? `${word.slice(0, -1)}ieth` : `${word}th`)
}

function pluralOf(word: string): string {
  if (word.endsWith('y')) return `${word.slice(0, -1)}ies`
  return word.endsWith('x') ? `${word}es` : `${word}s`
}
