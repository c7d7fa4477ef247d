import type { BuiltInTopic } from '../topic.ts'

export const finance: BuiltInTopic = {
  topic: 'finance',
  settings: { 'speech.ratePercent': 97 },
  profile: {
    name: 'Finance',
    description: 'Money in daily life: budgets, debt, insurance, taxes and how banks and prices work.',
    language: 'en',
    audience:
      'People from 18 to 50 who run a household or a small business and want to decide with clear numbers instead of slogans.',
    style: {
      tone: 'Plain and steady. One worked example with round numbers, names the country a rule is from and the date it was checked. Sells nothing.',
      pitchPercent: -3,
      volumeDb: 0,
      sentencePauseMs: 250,
      paragraphPauseMs: 700,
    },
    vocabulary: [
      { term: 'APR', say: 'A P R', alphabet: 'plain' },
      { term: 'APY', say: 'A P Y', alphabet: 'plain' },
      { term: 'VAT', say: 'V A T', alphabet: 'plain' },
      { term: 'GDP', say: 'G D P', alphabet: 'plain' },
      { term: 'CPI', say: 'C P I', alphabet: 'plain' },
      { term: 'IBAN', say: 'ˈaɪbæn', alphabet: 'ipa' },
      { term: '401(k)', say: 'four oh one K', alphabet: 'plain' },
      { term: 'FICO', say: 'ˈfaɪkoʊ', alphabet: 'ipa' },
      { term: 'Fed', say: 'the Fed', alphabet: 'plain' },
      { term: 'ECB', say: 'E C B', alphabet: 'plain' },
      { term: 'bps', say: 'basis points', alphabet: 'plain' },
      { term: 'mortgage', say: 'ˈmɔːrɡɪdʒ', alphabet: 'ipa' },
    ],
    keywords: [
      'personal finance',
      'budgeting',
      'how to save money',
      'emergency fund',
      'pay off debt',
      'credit score',
      'compound interest',
      'inflation explained',
      'taxes explained',
      'small business finance',
    ],
    prompts: {},
    needsDisclaimer: true,
    disclaimers: [
      {
        text: 'This video is general information and no financial, legal or tax advice. Rules and rates differ by country and change; check them with an official source or a qualified adviser before you act.',
        placement: 'description',
      },
      {
        text: 'This is general information and not financial advice. Rules differ from country to country.',
        placement: 'spoken',
      },
      { text: 'General information · no financial advice', placement: 'screen' },
    ],
    schedule: {
      timeZone: 'Etc/UTC',
      slots: [
        { day: 'wed', time: '17:00' },
        { day: 'sun', time: '11:00' },
      ],
    },
  },
}
