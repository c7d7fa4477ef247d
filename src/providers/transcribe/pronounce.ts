/** Sounds of English letters said by their names, in the phones of the acoustic model. */
const letterNames: Record<string, string> = Object.fromEntries(
  'a EY|b B IY|c S IY|d D IY|e IY|f EH F|g JH IY|h EY CH|i AY|j JH EY|k K EY|l EH L|m EH M|n EH N|o OW|p P IY|q K Y UW|r AA R|s EH S|t T IY|u Y UW|v V IY|w D AH B AH L Y UW|x EH K S|y W AY|z Z IY'
    .split('|')
    .map((entry) => [entry[0]!, entry.slice(2)]),
)

/** Spelling to sound, the longest first; good enough to place a name in time, not to say it. */
const spellings: Array<[string, string]> = [
  ['tion', 'SH AH N'],
  ['sion', 'ZH AH N'],
  ['ture', 'CH ER'],
  ['ough', 'AO'],
  ['augh', 'AO'],
  ['eigh', 'EY'],
  ['igh', 'AY'],
  ['sch', 'SH'],
  ['tch', 'CH'],
  ['dge', 'JH'],
  ['ing', 'IH NG'],
  ['air', 'EH R'],
  ['ear', 'IH R'],
  ['our', 'AO R'],
  ['ph', 'F'],
  ['th', 'TH'],
  ['sh', 'SH'],
  ['ch', 'CH'],
  ['ck', 'K'],
  ['ng', 'NG'],
  ['qu', 'K W'],
  ['wh', 'W'],
  ['kn', 'N'],
  ['wr', 'R'],
  ['ee', 'IY'],
  ['ea', 'IY'],
  ['oo', 'UW'],
  ['ou', 'AW'],
  ['ow', 'OW'],
  ['oi', 'OY'],
  ['oy', 'OY'],
  ['ai', 'EY'],
  ['ay', 'EY'],
  ['ey', 'IY'],
  ['ei', 'AY'],
  ['ie', 'IY'],
  ['au', 'AO'],
  ['aw', 'AO'],
  ['ew', 'UW'],
  ['oa', 'OW'],
  ['er', 'ER'],
  ['ir', 'ER'],
  ['ur', 'ER'],
  ['ar', 'AA R'],
  ['or', 'AO R'],
  ['ce', 'S'],
  ['ci', 'S IH'],
  ['ge', 'JH'],
]
const single: Record<string, string> = {
  a: 'AE',
  b: 'B',
  c: 'K',
  d: 'D',
  e: 'EH',
  f: 'F',
  g: 'G',
  h: 'HH',
  i: 'IH',
  j: 'JH',
  k: 'K',
  l: 'L',
  m: 'M',
  n: 'N',
  o: 'OW',
  p: 'P',
  q: 'K',
  r: 'R',
  s: 'S',
  t: 'T',
  u: 'AH',
  v: 'V',
  w: 'W',
  x: 'K S',
  y: 'IY',
  z: 'Z',
}

/** Likely pronunciations of an English word that no dictionary has: by spelling, and short ones letter by letter too. */
export function guessPronunciations(word: string): string[] {
  const letters = word
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z]/g, '')
  if (letters === '') return ['AH']
  const named = Array.from(letters, (letter) => letterNames[letter]!).join(' ')
  if (letters.length === 1) return [named]
  const bySpelling = readSpelling(letters)
  const isAbbreviation = letters.length <= 5
  if (!/[aeiouy]/.test(letters)) return [named]
  return isAbbreviation ? [bySpelling, named] : [bySpelling]
}

function readSpelling(letters: string): string {
  // A final e is silent and makes the vowel before it long.
  const long: Record<string, string> = { a: 'EY', e: 'IY', i: 'AY', o: 'OW', u: 'UW' }
  const magic = /([aeiou])([b-df-hj-np-tvwz])e$/.exec(letters)
  const body = letters.length > 2 && letters.endsWith('e') ? letters.slice(0, -1) : letters
  const phones: string[] = []
  for (let at = 0; at < body.length;) {
    const rule = spellings.find(([spelling]) => body.startsWith(spelling, at))
    if (magic && at === magic.index) phones.push(long[body[at]!]!)
    else phones.push(rule ? rule[1] : single[body[at]!]!)
    at += rule && !(magic && at === magic.index) ? rule[0].length : 1
    // Doubled consonants sound once.
    while (at < body.length && at > 0 && body[at] === body[at - 1] && /[b-df-hj-np-tv-z]/.test(body[at]!))
      at += 1
  }
  return phones.join(' ')
}
