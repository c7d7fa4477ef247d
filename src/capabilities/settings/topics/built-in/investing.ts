import type { BuiltInTopic } from '../topic.ts'

export const investing: BuiltInTopic = {
  topic: 'investing',
  settings: {},
  profile: {
    name: 'Investing',
    description:
      'How markets, funds and companies work, what returns cost in risk and fees, and what history shows.',
    language: 'en',
    audience:
      'Private investors from first-timers to people with some years of experience who want to judge an investment themselves.',
    style: {
      tone: 'Sober and curious. Shows the loss beside the gain, long periods before short ones, fees always. Never a tip, never urgency.',
      pitchPercent: -2,
      volumeDb: 0,
      sentencePauseMs: 250,
      paragraphPauseMs: 700,
    },
    vocabulary: [
      { term: 'ETF', say: 'E T F', alphabet: 'plain' },
      { term: 'ETFs', say: 'E T Fs', alphabet: 'plain' },
      { term: 'REIT', say: 'riːt', alphabet: 'ipa' },
      { term: 'P/E', say: 'price to earnings', alphabet: 'plain' },
      { term: 'EBITDA', say: 'ˈiːbɪtdɑː', alphabet: 'ipa' },
      { term: 'CAGR', say: 'ˈkeɪɡər', alphabet: 'ipa' },
      { term: 'S&P 500', say: 'S and P five hundred', alphabet: 'plain' },
      { term: 'NASDAQ', say: 'ˈnæzdæk', alphabet: 'ipa' },
      { term: 'MSCI', say: 'M S C I', alphabet: 'plain' },
      { term: 'TER', say: 'total expense ratio', alphabet: 'plain' },
      { term: 'YTD', say: 'year to date', alphabet: 'plain' },
      { term: 'beta', say: 'ˈbeɪtə', alphabet: 'ipa' },
      { term: 'Sharpe ratio', say: 'sharp ratio', alphabet: 'plain' },
    ],
    keywords: [
      'investing for beginners',
      'index funds',
      'ETF explained',
      'dividend investing',
      'portfolio diversification',
      'dollar cost averaging',
      'stock market basics',
      'bonds explained',
      'fund fees',
      'long term investing',
      'risk and return',
    ],
    prompts: {},
    needsDisclaimer: true,
    disclaimers: [
      {
        text: 'This video is for education only. It is no investment advice and no offer or recommendation to buy or sell anything. Investments can lose value, up to everything; past returns say nothing reliable about future ones. Consider your own situation or ask a licensed adviser.',
        placement: 'description',
      },
      {
        text: 'This is education, not investment advice. You can lose money, and past returns do not predict future ones.',
        placement: 'spoken',
      },
      { text: 'Not investment advice · capital at risk', placement: 'screen' },
    ],
    schedule: {
      timeZone: 'Etc/UTC',
      slots: [
        { day: 'tue', time: '12:00' },
        { day: 'fri', time: '17:00' },
      ],
    },
  },
}
