import type { BuiltInTopic } from '../topic.ts'

export const education: BuiltInTopic = {
  topic: 'education',
  settings: { 'speech.ratePercent': 97 },
  profile: {
    name: 'Education',
    description: 'One idea explained so well that a viewer could explain it to someone else.',
    language: 'en',
    audience:
      'Curious adults and students from 15 up without a background in the subject, often on a phone and with the sound low.',
    style: {
      tone: 'Patient and concrete: a question first, one example from daily life, then the rule. No jargon before it is explained.',
      pitchPercent: 2,
      volumeDb: 0,
      sentencePauseMs: 250,
      paragraphPauseMs: 700,
    },
    vocabulary: [
      { term: 'e.g.', say: 'for example', alphabet: 'plain' },
      { term: 'i.e.', say: 'that is', alphabet: 'plain' },
      { term: 'STEM', say: 'stem', alphabet: 'plain' },
      { term: 'Euler', say: 'ˈɔɪlər', alphabet: 'ipa' },
      { term: 'Nietzsche', say: 'ˈniːtʃə', alphabet: 'ipa' },
      { term: 'Goethe', say: 'ˈɡɜːtə', alphabet: 'ipa' },
      { term: 'de Broglie', say: 'də ˈbrɔɪ', alphabet: 'ipa' },
      { term: 'hypothesis', say: 'haɪˈpɒθəsɪs', alphabet: 'ipa' },
      { term: 'mitochondria', say: 'ˌmaɪtəˈkɒndriə', alphabet: 'ipa' },
      { term: 'pi', say: 'pie', alphabet: 'plain' },
    ],
    keywords: [
      'explained simply',
      'how it works',
      'for beginners',
      'learn in 10 minutes',
      'study tips',
      'science explained',
      'history explained',
      'common misconceptions',
      'worked example',
      'crash course',
    ],
    prompts: {},
    needsDisclaimer: false,
    disclaimers: [],
    schedule: {
      timeZone: 'Etc/UTC',
      slots: [
        { day: 'tue', time: '16:00' },
        { day: 'sat', time: '10:00' },
      ],
    },
  },
}
