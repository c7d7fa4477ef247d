import type { BuiltInTopic } from '../topic.ts'

export const tourism: BuiltInTopic = {
  topic: 'tourism',
  settings: { 'speech.ratePercent': 94 },
  profile: {
    name: 'Tourism',
    description: 'Places worth the journey: what to see, how to get there, what it costs and how to behave.',
    language: 'en',
    audience:
      'Travellers who plan their own trips, alone, as couples or with children, and people who travel from the sofa.',
    style: {
      tone: 'Warm and vivid, told from the place: what one sees, hears and smells, then the practical part with prices and the date they were checked.',
      pitchPercent: 3,
      volumeDb: 0,
      sentencePauseMs: 350,
      paragraphPauseMs: 900,
    },
    vocabulary: [
      { term: 'UNESCO', say: 'juːˈnɛskoʊ', alphabet: 'ipa' },
      { term: 'km', say: 'kilometres', alphabet: 'plain' },
      { term: 'Versailles', say: 'vɛərˈsaɪ', alphabet: 'ipa' },
      { term: 'Worcester', say: 'ˈwʊstər', alphabet: 'ipa' },
      { term: 'Edinburgh', say: 'ˈɛdɪnbərə', alphabet: 'ipa' },
      { term: 'Reykjavik', say: 'ˈreɪkjəvɪk', alphabet: 'ipa' },
      { term: 'Phuket', say: 'puːˈkɛt', alphabet: 'ipa' },
      { term: 'Cannes', say: 'kæn', alphabet: 'ipa' },
      { term: 'Oaxaca', say: 'wəˈhɑːkə', alphabet: 'ipa' },
      { term: 'Ljubljana', say: 'ljuːˈbljɑːnə', alphabet: 'ipa' },
      { term: 'gyro', say: 'ˈjɪəroʊ', alphabet: 'ipa' },
      { term: 'bruschetta', say: 'bruːˈskɛtə', alphabet: 'ipa' },
    ],
    keywords: [
      'travel guide',
      'things to do',
      'hidden gems',
      'weekend trip',
      'budget travel',
      'travel tips',
      'best time to visit',
      'local food',
      'itinerary',
      'train travel',
      'travel with kids',
    ],
    prompts: {},
    needsDisclaimer: false,
    disclaimers: [],
    schedule: {
      timeZone: 'Etc/UTC',
      slots: [
        { day: 'thu', time: '18:00' },
        { day: 'sat', time: '09:00' },
      ],
    },
  },
}
