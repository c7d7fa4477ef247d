import type { Topic } from '../../api/shapes.ts'
import { linesOf } from './setting-value-field.tsx'

type Vocabulary = Topic['profile']['vocabulary']

/** One word a line: `ETF = E T F`, or `Euler = /ˈɔɪlər/` in IPA. */
export function vocabularyText(vocabulary: Vocabulary): string {
  return vocabulary
    .map(({ term, say, alphabet }) => `${term} = ${alphabet === 'ipa' ? `/${say}/` : say}`)
    .join('\n')
}

/** The words of such lines; a line without `=` is a word said as it is written. */
export function vocabularyFrom(text: string): Vocabulary {
  return linesOf(text).map((line) => {
    const [, term = line, said = line] = /^(.*?)\s*=\s*(.+)$/.exec(line) ?? []
    const ipa = /^\/(.+)\/$/.exec(said)?.[1]
    return ipa === undefined ? { term, say: said, alphabet: 'plain' } : { term, say: ipa, alphabet: 'ipa' }
  })
}
