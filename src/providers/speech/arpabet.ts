// IPA of English by what the CMU dictionary calls the sound, longest signs first where one begins another.
const sounds: Array<[ipa: string, arpabet: string]> = [
  ['tʃ', 'ch'],
  ['t͡ʃ', 'ch'],
  ['dʒ', 'jh'],
  ['d͡ʒ', 'jh'],
  ['aɪ', 'ay'],
  ['aʊ', 'aw'],
  ['eɪ', 'ey'],
  ['oʊ', 'ow'],
  ['əʊ', 'ow'],
  ['ɔɪ', 'oy'],
  ['ɪə', 'ih r'],
  ['eə', 'eh r'],
  ['ʊə', 'uh r'],
  ['ɜː', 'er'],
  ['ɜ', 'er'],
  ['ɝ', 'er'],
  ['ɚ', 'er'],
  ['iː', 'iy'],
  ['i', 'iy'],
  ['uː', 'uw'],
  ['u', 'uw'],
  ['ɑː', 'aa'],
  ['ɑ', 'aa'],
  ['ɒ', 'aa'],
  ['ɔː', 'ao'],
  ['ɔ', 'ao'],
  ['æ', 'ae'],
  ['a', 'aa'],
  ['ʌ', 'ah'],
  ['ə', 'ax'],
  ['ɛ', 'eh'],
  ['e', 'eh'],
  ['ɪ', 'ih'],
  ['ʊ', 'uh'],
  ['o', 'ow'],
  ['θ', 'th'],
  ['ð', 'dh'],
  ['ʃ', 'sh'],
  ['ʒ', 'zh'],
  ['ŋ', 'ng'],
  ['ɡ', 'g'],
  ['j', 'y'],
  ['ɹ', 'r'],
  ['ɾ', 't'],
  ['ɫ', 'l'],
  ['x', 'k'],
  ...'bdfghklmnprstvwz'.split('').map((sign): [string, string] => [sign, sign]),
]

const vowel = /^(aa|ae|ah|ao|aw|ax|ay|eh|er|ey|ih|iy|ow|oy|uh|uw)$/

/**
 * IPA in Flite's phones, with the stress as a digit behind each vowel; undefined when a sign is none of English.
 * Length marks, syllable dots and secondary stress are of no use to Flite and go.
 */
export function arpabetOf(ipa: string): string | undefined {
  const phones: string[] = []
  let stress = 0
  let rest = ipa.normalize('NFC').trim()
  while (rest !== '') {
    const mark = /^[ˈ'ˌː.‿\s-]/.exec(rest)
    if (mark) {
      if (mark[0] === 'ˈ' || mark[0] === "'") stress = 1
      rest = rest.slice(1)
      continue
    }
    const sound = sounds.find(([sign]) => rest.startsWith(sign))
    if (!sound) return undefined
    for (const phone of sound[1].split(' ')) {
      phones.push(vowel.test(phone) && phone !== 'ax' ? `${phone}${stress}` : phone)
      if (vowel.test(phone)) stress = 0
    }
    rest = rest.slice(sound[0].length)
  }
  return phones.length > 0 ? phones.join(' ') : undefined
}
