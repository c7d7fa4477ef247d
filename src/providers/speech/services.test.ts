import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { startPolly } from '../../../test/servers/polly-server.ts'
import { startSpeechServer } from '../../../test/servers/speech-server.ts'
import { plainPhrase, speechContract } from './contract.ts'
import { elevenLabsSpeech } from './elevenlabs.ts'
import { openAiSpeech } from './openai-speech.ts'
import { pollySpeech } from './polly.ts'
import type { Speech, Voice } from './port.ts'

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' }
const openAi = (url: string, retryMs: number[] = [1, 1]) =>
  openAiSpeech({
    url: `${url}/v1`,
    model: 'kokoro',
    voices: ['af_heart', 'bm_george'],
    apiKey: 'k',
    retryMs,
    timeoutMs: 400,
  })
const elevenLabs = (url: string, retryMs: number[] = [1, 1]) =>
  elevenLabsSpeech({ url, apiKey: 'k', model: 'eleven_multilingual_v2', retryMs, timeoutMs: 400 })
const polly = (url: string, timeoutMs?: number) =>
  pollySpeech({ region: 'eu-central-1', endpoint: url, credentials, maxAttempts: 1, timeoutMs })

speechContract('OpenAI-compatible', async () => {
  const server = await startSpeechServer()
  return { speech: openAi(server.url), close: server.close }
})
speechContract('ElevenLabs', async () => {
  const server = await startSpeechServer()
  return { speech: elevenLabs(server.url), close: server.close }
})
for (const tier of ['standard', 'neural', 'generative']) {
  speechContract(`Polly ${tier}`, async () => {
    const server = await startPolly()
    return { speech: polly(server.url), voiceId: `polly:Joanna:${tier}`, close: server.close }
  })
}

for (const [name, make] of [
  ['OpenAI-compatible', openAi],
  ['ElevenLabs', elevenLabs],
] as const) {
  describe(`${name} speech when the service fails`, () => {
    let server: Awaited<ReturnType<typeof startSpeechServer>>
    let speech: Speech
    let voice: Voice
    before(async () => {
      server = await startSpeechServer()
      speech = make(server.url)
      voice = (await speech.voices())[0]!
    })
    beforeEach(() => {
      server.faults.clear()
      server.requests.length = 0
    })
    after(() => server.close())
    const speak = () => speech.speak({ voice, phrase: plainPhrase('One two three.') })

    test('what may pass is tried again, and the speech arrives', async () => {
      server.faults.next({ status: 429, headers: { 'retry-after': '0.01' } }, { status: 500 })
      assert.equal((await speak()).wordTimes.length, 3)
      assert.equal(server.requests.length, 3)
    })

    test('three failures are the failure, with the words of the service', async () => {
      server.faults.next({ status: 500 }, { status: 500 }, { status: 500 })
      await assert.rejects(speak(), { code: 'speech.unavailable', message: /made to fail/ })
      server.faults.next({ status: 429 }, { status: 429 }, { status: 429 })
      await assert.rejects(speak(), { code: 'speech.rateLimited' })
    })

    test('a refusal and a wrong key are not tried again', async () => {
      server.faults.next({ status: 400 })
      await assert.rejects(speak(), { code: 'speech.refused' })
      server.faults.next({ status: 401 })
      await assert.rejects(speak(), { code: 'speech.notAllowed' })
      assert.equal(server.requests.length, 2)
    })

    test('no answer, half an answer and a wrong answer have their rows', async () => {
      server.faults.next('hang', 'hang', 'hang')
      await assert.rejects(speak(), { code: 'speech.unavailable' })
      server.faults.next('truncated', 'truncated', 'truncated')
      await assert.rejects(speak(), { code: 'speech.unavailable' })
      server.faults.next('malformed', 'malformed', 'malformed')
      await assert.rejects(speak(), { code: 'speech.badAnswer' })
    })

    test('an abort in the middle ends the call at once', async () => {
      const stop = new AbortController()
      server.faults.next('hang')
      const spoken = speech.speak({ voice, phrase: plainPhrase('One.'), signal: stop.signal })
      stop.abort(new Error('stopped'))
      await assert.rejects(spoken, /stopped/)
    })
  })
}

describe('Polly', () => {
  let server: Awaited<ReturnType<typeof startPolly>>
  let speech: Speech
  let voices: Voice[]
  before(async () => {
    server = await startPolly()
    speech = polly(server.url)
    voices = await speech.voices()
  })
  beforeEach(() => server.clear())
  after(async () => {
    await speech.close?.()
    await server.close()
  })
  const voice = (id: string) => voices.find((row) => row.id === id)!
  const speak = (text: string) =>
    speech.speak({ voice: voice('polly:Vicki:neural'), phrase: plainPhrase(text) })

  test('voices come from every page, once for each tier', () => {
    assert.deepEqual(
      voices.map(({ id }) => id),
      [
        'polly:Joanna:neural',
        'polly:Joanna:standard',
        'polly:Joanna:generative',
        'polly:Vicki:neural',
        'polly:Vicki:generative',
        'polly:Daniel:neural',
        'polly:Daniel:long-form',
      ],
    )
    assert.equal(voice('polly:Daniel:long-form').gender, 'male')
  })

  test('marks at bytes of the markup find the words of the script', async () => {
    const spoken = await speak('Größe & Maß zählen.')
    const [first, and, , last] = spoken.wordTimes
    assert.equal(first!.startMs, 0)
    assert.ok(and!.startMs > first!.startMs && last!.startMs > and!.startMs)
    assert.equal(server.requests[0]!.Text, '<speak>Größe &amp; Maß zählen.</speak>')
    assert.equal(server.requests[1]!.OutputFormat, 'json')
    assert.equal(
      spoken.billedCharacters,
      2 *
        server.requests[0]!.Text!.replace(/<[^>]+>/g, ' ')
          .split(/\s+/)
          .join(' ').length -
        2,
    )
  })

  test('marks are not asked of the generative tier', async () => {
    const spoken = await speech.speak({
      voice: voice('polly:Vicki:generative'),
      phrase: plainPhrase('Guten Tag.'),
    })
    assert.equal(spoken.timing, 'estimated')
    assert.equal(server.requests.length, 1)
  })

  test('rate, pitch, stress and phonemes are written as the tier takes them', async () => {
    const phrase = { ...plainPhrase('Say it now.'), rate: 0.8, pitchSemitones: 2 }
    phrase.words = [{ text: 'Say' }, { text: 'it', emphasis: 'strong' }, { text: 'now.', phonemes: 'naʊ' }]
    await speech.speak({ voice: voice('polly:Joanna:standard'), phrase })
    assert.equal(
      server.requests[0]!.Text,
      '<speak><prosody rate="80%" pitch="+12%">Say <emphasis level="strong">it</emphasis> <phoneme alphabet="ipa" ph="naʊ">now.</phoneme></prosody></speak>',
    )
  })

  test('its failures become rows', async () => {
    const cases: Array<[number, string, string]> = [
      [429, 'ThrottlingException', 'speech.rateLimited'],
      [400, 'TextLengthExceededException', 'speech.refused'],
      [400, 'InvalidSsmlException', 'speech.refused'],
      [400, 'EngineNotSupportedException', 'speech.refused'],
      [403, 'AccessDeniedException', 'speech.notAllowed'],
      [403, 'UnrecognizedClientException', 'speech.notAllowed'],
      [500, 'ServiceFailureException', 'speech.unavailable'],
    ]
    for (const [status, type, code] of cases) {
      server.clear()
      server.fail({ status, type })
      await assert.rejects(speak('Hallo.'), { code }, type)
    }
    server.fail('wrongType')
    await assert.rejects(speak('Hallo.'), { code: 'speech.badAnswer' })
    server.fail('truncated')
    await assert.rejects(speak('Hallo.'), { code: 'speech.unavailable' })
    server.fail('malformed')
    await assert.rejects(polly(server.url).voices(), { code: 'speech.badAnswer' })
  })

  test('no answer is given up', async () => {
    const hasty = polly(server.url, 150)
    server.fail('hang')
    await assert.rejects(hasty.speak({ voice: voice('polly:Vicki:neural'), phrase: plainPhrase('Hallo.') }), {
      code: 'speech.unavailable',
    })
    await hasty.close?.()
  })
})
