import type { BuiltInTopic } from '../topic.ts'

export const technology: BuiltInTopic = {
  topic: 'technology',
  settings: { 'speech.ratePercent': 107 },
  profile: {
    name: 'Technology',
    description:
      'New tools, software and devices: what they do, how they work inside, and whether they are worth it.',
    language: 'en',
    audience:
      'People who work with computers or like to understand them, from interested beginners to developers who want the short version.',
    style: {
      tone: 'Brisk and precise. Shows the thing working first, says what was measured and on what, and what does not work yet.',
      pitchPercent: 0,
      volumeDb: 0,
      sentencePauseMs: 200,
      paragraphPauseMs: 500,
    },
    vocabulary: [
      { term: 'API', say: 'A P I', alphabet: 'plain' },
      { term: 'CPU', say: 'C P U', alphabet: 'plain' },
      { term: 'GPU', say: 'G P U', alphabet: 'plain' },
      { term: 'SQL', say: 'sequel', alphabet: 'plain' },
      { term: 'PostgreSQL', say: 'post gress Q L', alphabet: 'plain' },
      { term: 'nginx', say: 'engine X', alphabet: 'plain' },
      { term: 'GIF', say: 'ɡɪf', alphabet: 'ipa' },
      { term: 'Linux', say: 'ˈlɪnəks', alphabet: 'ipa' },
      { term: 'Ubuntu', say: 'ʊˈbʊntuː', alphabet: 'ipa' },
      { term: 'Kubernetes', say: 'ˌkuːbərˈnɛtiːz', alphabet: 'ipa' },
      { term: 'kubectl', say: 'kube control', alphabet: 'plain' },
      { term: 'Wi-Fi', say: 'why fie', alphabet: 'plain' },
      { term: 'LLM', say: 'L L M', alphabet: 'plain' },
      { term: 'JSON', say: 'jay sawn', alphabet: 'plain' },
      { term: 'cache', say: 'cash', alphabet: 'plain' },
    ],
    keywords: [
      'tech explained',
      'how computers work',
      'software review',
      'open source',
      'AI tools',
      'programming tips',
      'self hosted',
      'cybersecurity basics',
      'gadget review',
      'developer tools',
    ],
    prompts: {},
    needsDisclaimer: false,
    disclaimers: [],
    schedule: {
      timeZone: 'Etc/UTC',
      slots: [
        { day: 'mon', time: '15:00' },
        { day: 'wed', time: '15:00' },
        { day: 'fri', time: '15:00' },
      ],
    },
  },
}
