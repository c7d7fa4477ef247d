import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { AnswerFault } from '../../../test/servers/fault-queue.ts'
import { startOpenAiTranscription } from '../../../test/servers/openai-transcription-server.ts'
import { startS3Server } from '../../../test/servers/s3-server.ts'
import { startTranscribe } from '../../../test/servers/transcribe-server.ts'
import { type Spoken, speakSentences } from '../../../test/fixtures/spoken.ts'
import { s3Storage } from '../storage/s3.ts'
import { amazonTranscriber } from './amazon.ts'
import { contractSentences, transcribeContract } from './contract.ts'
import { openAiTranscriber } from './openai.ts'
import type { Transcriber } from './port.ts'
import { wavBytes } from './wav.ts'

type Timed = { text: string; startMs: number; endMs: number }

/** What a perfect service hears: the words of each sentence, by their letters. */
function wordsOf(spoken: Spoken): Timed[] {
  return spoken.sentences.flatMap(({ text, startMs, endMs }) => {
    const words = text.split(' ')
    const stepMs = (endMs - startMs) / words.length
    return words.map((word, index) => ({
      text: word,
      startMs: startMs + index * stepMs,
      endMs: startMs + (index + 1) * stepMs,
    }))
  })
}

/** Sound goes out from the first to the last speech, with 300 ms before. */
async function openOpenAi(spoken: Spoken, options: { timeoutMs?: number } = {}) {
  const originMs = spoken.sentences[0]!.startMs - 300
  const words = wordsOf(spoken)
  const server = await startOpenAiTranscription(() => ({
    task: 'transcribe',
    language: 'english',
    text: spoken.script,
    words: words.map(({ text, startMs, endMs }) => ({
      word: text.replace(/[.,!]$/, ''),
      start: (startMs - originMs) / 1000,
      end: (endMs - originMs) / 1000,
    })),
    segments: spoken.sentences.map(({ text, startMs, endMs }, index) => ({
      start: (startMs - originMs) / 1000,
      end: (endMs - originMs) / 1000,
      text,
      avg_logprob: index === 2 ? -1.2 : -0.1,
      no_speech_prob: 0.01,
    })),
  }))
  const transcriber = openAiTranscriber({ url: server.url, apiKey: 'test-key', firstDelayMs: 1, ...options })
  return { transcriber, server }
}

async function openAmazon(spoken: Spoken, reason?: string) {
  const s3 = await startS3Server()
  const { endpoint, region } = s3
  const partBytes = 5 * 1024 * 1024
  const storage = s3Storage(
    { bucket: 'objects', prefix: 'here/', endpoint, region, checksums: 'full', partBytes },
    s3.credentials,
  )
  const server = await startTranscribe(async ({ OutputKey, Media }) => {
    if (reason) return { TranscriptionJobStatus: 'FAILED', FailureReason: reason }
    const sound = await storage.head(Media.MediaFileUri.replace('s3://objects/here/', ''))
    const isSilent = sound!.sizeBytes < 100_000
    const items = (isSilent ? [] : wordsOf(spoken)).flatMap(({ text, startMs, endMs }) => {
      const [, word, mark] = /^(.*?)([.,!]?)$/.exec(text)!
      const said = {
        type: 'pronunciation',
        start_time: (startMs / 1000).toFixed(3),
        end_time: (endMs / 1000).toFixed(3),
        alternatives: [{ confidence: '0.98', content: word }],
      }
      return mark
        ? [said, { type: 'punctuation', alternatives: [{ confidence: '0.0', content: mark }] }]
        : [said]
    })
    await storage.put(OutputKey.replace('here/', ''), Buffer.from(JSON.stringify({ results: { items } })))
    return { LanguageCode: 'en-US' }
  })
  const transcriber = amazonTranscriber({
    storage,
    bucket: 'objects',
    prefix: 'here/',
    region: 'eu-central-1',
    endpoint: server.endpoint,
    credentials: s3.credentials,
    pollMs: 1,
  })
  const close = async () => {
    await server.close()
    await s3.close()
  }
  return { transcriber, server, s3, storage, close }
}

transcribeContract(
  'openai',
  async (sound) => {
    const { transcriber, server } = await openOpenAi(sound)
    return { transcriber, close: server.close }
  },
  { toleranceMs: 50 },
)
transcribeContract('amazon', (sound) => openAmazon(sound), { toleranceMs: 50 })

describe('services under faults', () => {
  let spoken: Spoken
  let dir: string
  let wavPath: string
  before(async () => {
    spoken = await speakSentences(contractSentences)
    dir = await mkdtemp(join(tmpdir(), 'service-faults-'))
    wavPath = join(dir, 'sound.wav')
    await writeFile(wavPath, wavBytes(spoken.samples))
  })
  after(() => rm(dir, { recursive: true, force: true }))

  const failing = { status: 500 }
  const rows: Array<{ name: string; faults: AnswerFault[]; code?: string }> = [
    { name: 'waits when asked to', faults: [{ status: 429, headers: { 'retry-after': '0' } }] },
    { name: 'tries again after a failure', faults: [failing, failing] },
    { name: 'tries again after half an answer', faults: ['truncated'] },
    { name: 'tries again after an answer that is no JSON', faults: ['malformed'] },
    { name: 'tries again after no answer in time', faults: ['hang'] },
    {
      name: 'gives up on a service that stays down',
      faults: [failing, failing, failing],
      code: 'transcribe.unavailable',
    },
    {
      name: 'leaves a long wait to the next try of the job',
      faults: [{ status: 429, headers: { 'retry-after': '3600' } }],
      code: 'transcribe.rateLimited',
    },
    {
      name: 'gives up on nonsense',
      faults: ['malformed', 'malformed', 'malformed'],
      code: 'transcribe.badAnswer',
    },
    { name: 'says what was refused', faults: [{ status: 401 }], code: 'transcribe.refused' },
    {
      name: 'does not take another kind of answer',
      faults: [{ status: 200, body: '{"text": "only text"}' }],
      code: 'transcribe.badAnswer',
    },
  ]
  for (const { name, faults, code } of rows) {
    test(`an OpenAI-compatible service: ${name}`, async () => {
      const { transcriber, server } = await openOpenAi(spoken, { timeoutMs: 500 })
      try {
        server.faults.next(...faults)
        await check(transcriber, code)
        assert.equal(
          server.requests.length,
          code && faults.length === 1 ? 1 : Math.min(3, faults.length + (code ? 0 : 1)),
        )
      } finally {
        await server.close()
      }
    })
  }

  async function check(transcriber: Transcriber, code: string | undefined): Promise<void> {
    const work = transcriber.transcribe({ wavPath, language: 'en', jobKey: 'faults' })
    if (code) await assert.rejects(work, { code })
    else assert.equal((await work).words.length, spoken.script.split(' ').length)
  }

  test('an OpenAI-compatible service is asked with key, model and both kinds of times', async () => {
    const { transcriber, server } = await openOpenAi(spoken)
    try {
      const { words } = await transcriber.transcribe({ wavPath, language: 'en-GB', jobKey: 'fields' })
      const [request] = server.requests
      assert.equal(request!.authorization, 'Bearer test-key')
      assert.deepEqual(request!.fields, {
        model: ['whisper-1'],
        response_format: ['verbose_json'],
        temperature: ['0'],
        'timestamp_granularities[]': ['word', 'segment'],
        language: ['en'],
      })
      assert.ok(words.find(({ text }) => text === 'bees')!.confidence > 0.85)
      assert.ok(words.at(-1)!.confidence < 0.5, 'a doubtful segment makes doubtful words')
      assert.equal(words.at(-1)!.text, 'place!', 'marks come from the text')
    } finally {
      await server.close()
    }
  })

  for (const [name, faults] of [
    ['throttling', [{ status: 429, body: '{"__type":"LimitExceededException","Message":"slow down"}' }]],
    ['failures', [{ status: 500, body: '{"__type":"InternalFailureException","Message":"oops"}' }]],
  ] as Array<[string, AnswerFault[]]>) {
    test(`Amazon Transcribe is asked again after ${name}`, async () => {
      const { transcriber, server, close } = await openAmazon(spoken)
      try {
        server.faults.next(...faults)
        await check(transcriber, undefined)
      } finally {
        await close()
      }
    })
  }

  test('Amazon Transcribe: nonsense, and a job that failed, become failures', async () => {
    const nonsense = await openAmazon(spoken)
    nonsense.server.faults.next(...Array.from({ length: 8 }, () => 'malformed' as const))
    await check(nonsense.transcriber, 'transcribe.badAnswer')
    await nonsense.close()
    const failed = await openAmazon(spoken, 'The media format does not match.')
    await check(failed.transcriber, 'transcribe.refused')
    assert.equal(failed.server.jobs.size, 0, 'the name is free for another try')
    await failed.close()
  })

  test('Amazon Transcribe: a second try continues the job of the first and leaves nothing in the bucket', async () => {
    const { transcriber, server, storage, close } = await openAmazon(spoken)
    try {
      const stop = new AbortController()
      const first = transcriber.transcribe({ wavPath, jobKey: 'resumed', signal: stop.signal })
      while (server.jobs.size === 0) await new Promise((done) => setImmediate(done))
      stop.abort(new Error('the worker died'))
      await assert.rejects(first, /the worker died/)
      await transcriber.transcribe({ wavPath, jobKey: 'resumed' })
      assert.equal(server.operations.filter((name) => name === 'StartTranscriptionJob').length, 1)
      assert.deepEqual((await storage.list('transcribe/')).objects, [])
    } finally {
      await close()
    }
  })
})
