import type { BuiltInTopic } from '../topic.ts'

export const health: BuiltInTopic = {
  topic: 'health',
  settings: { 'speech.ratePercent': 93 },
  profile: {
    name: 'Health',
    description: 'What is known about the body and daily health, how sure it is, and when to see someone.',
    language: 'en',
    audience:
      'Adults who want to understand a symptom, a habit or a headline for themselves or their family, some of them worried.',
    style: {
      tone: 'Calm and exact. Says how strong the evidence is, gives numbers as people out of a hundred, never frightens and never promises a cure.',
      pitchPercent: -2,
      volumeDb: 0,
      sentencePauseMs: 300,
      paragraphPauseMs: 800,
    },
    vocabulary: [
      { term: 'BMI', say: 'B M I', alphabet: 'plain' },
      { term: 'LDL', say: 'L D L', alphabet: 'plain' },
      { term: 'HDL', say: 'H D L', alphabet: 'plain' },
      { term: 'HbA1c', say: 'H B A one C', alphabet: 'plain' },
      { term: 'mg', say: 'milligrams', alphabet: 'plain' },
      { term: 'mmHg', say: 'millimetres of mercury', alphabet: 'plain' },
      { term: 'µg', say: 'micrograms', alphabet: 'plain' },
      { term: 'ibuprofen', say: 'ˌaɪbjuːˈproʊfən', alphabet: 'ipa' },
      { term: 'acetaminophen', say: 'əˌsiːtəˈmɪnəfən', alphabet: 'ipa' },
      { term: 'paracetamol', say: 'ˌpærəˈsiːtəmɒl', alphabet: 'ipa' },
      { term: 'diarrhoea', say: 'ˌdaɪəˈriːə', alphabet: 'ipa' },
      { term: 'Parkinson’s', say: 'Parkinsons', alphabet: 'plain' },
      { term: 'quinoa', say: 'ˈkiːnwɑː', alphabet: 'ipa' },
    ],
    keywords: [
      'health tips',
      'evidence based',
      'healthy habits',
      'sleep better',
      'nutrition facts',
      'exercise at home',
      'mental health',
      'when to see a doctor',
      'symptoms explained',
      'prevention',
    ],
    prompts: {},
    needsDisclaimer: true,
    disclaimers: [
      {
        text: 'This video is general information and no medical advice. It does not replace a doctor who knows you. If you feel seriously unwell, call your local emergency number.',
        placement: 'description',
      },
      {
        text: 'This is general information, not medical advice. Ask a doctor before you change a treatment.',
        placement: 'spoken',
      },
      { text: 'General information · no medical advice', placement: 'screen' },
    ],
    schedule: {
      timeZone: 'Etc/UTC',
      slots: [
        { day: 'mon', time: '07:00' },
        { day: 'thu', time: '18:00' },
      ],
    },
  },
}
