import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { startPolly } from '../../../../test/servers/polly-server.ts'
import type { Db } from '../../../platform/db/client.ts'
import { withDb } from '../../../platform/db/test-db.ts'
import { createHttp } from '../../../platform/http/create-http.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { fliteSpeech } from '../../../providers/speech/flite.ts'
import { joinSpeech, type Speeches } from '../../../providers/speech/open-speech.ts'
import { pollySpeech } from '../../../providers/speech/polly.ts'
import { listEntries, setBudget } from '../../costs/index.ts'
import { assertBalanced } from '../../costs/test-balance.ts'
import { actor, modelDeps, person } from '../test-models.ts'
import { listVoices } from './list-voices.ts'
import { sweepSentences } from './sentence-files.ts'
import { speak, type Speak } from './speak.ts'
import { speechRoutes } from './speech-routes.ts'
import type { SpeechDeps } from './speech-deps.ts'

describe('speaking', () => {
  let polly: Awaited<ReturnType<typeof startPolly>>
  let speech: Speeches
  let home: string
  before(async () => {
    polly = await startPolly()
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' }
    const options = { region: 'eu-central-1', endpoint: polly.url, credentials, maxAttempts: 1 }
    speech = joinSpeech([fliteSpeech(), pollySpeech(options)])
  })
  beforeEach(async () => {
    polly.clear()
    home = await mkdtemp(join(tmpdir(), 'speak-test-'))
  })
  after(async () => {
    await speech.close()
    await polly.close()
  })
  const using = (run: (deps: SpeechDeps, db: Db) => Promise<void>) =>
    withDb(async (db) => {
      try {
        await run({ ...modelDeps(db, {}), hasVendor: () => true, speech, home }, db)
      } finally {
        await rm(home, { recursive: true, force: true })
      }
    })
  const say = (more: Partial<Speak> = {}): Speak => ({
    workspaceId: 'ws_1',
    subjectId: 'video_1',
    text: 'Bees dance. They count.',
    voiceId: 'polly:Joanna:neural',
    outPath: join(home, 'out.wav'),
    ...more,
  })
  const spent = async (deps: SpeechDeps) =>
    (await listEntries(deps, { actor: person, limit: 50 })).items.filter(({ item }) =>
      item.startsWith('aws.polly'),
    )

  test('costs what was sent, and nothing the second time', () =>
    using(async (deps, db) => {
      const first = await speak(deps, say())
      // Sound and marks of 11 and 11 characters at 16 USD for a million.
      assert.equal(first.billedCharacters, (await spent(deps))[0]!.quantity)
      assert.equal(first.costMicros, Math.ceil(first.billedCharacters * 16))
      const again = await speak(deps, say())
      assert.deepEqual([again.costMicros, again.billedCharacters], [0, 0])
      const changed = await speak(deps, say({ text: 'Bees dance. They fly.' }))
      assert.deepEqual(
        changed.sentences.map(({ isFromCache }) => isFromCache),
        [true, false],
      )
      assert.ok(changed.costMicros > 0 && changed.costMicros < first.costMicros)
      await assertBalanced(db)
    }))

  test('a budget that it does not fit into refuses it before anything is sent', () =>
    using(async (deps, db) => {
      await setBudget(deps, { actor, scope: 'workspace', period: 'day', limitMicros: 100, rule: 'stop' })
      await assert.rejects(speak(deps, say({ mayStandIn: false })), { code: 'costs.budgetExceeded' })
      assert.equal(polly.requests.length, 0)
      await assertBalanced(db)
    }))

  test('what was sent before a failure is paid for, and not sent again', () =>
    using(async (deps, db) => {
      const text = 'Bees dance. They count.'
      // Four sentences are begun at once; the first has its sound and its marks, the second meets the fault.
      await speak(deps, say({ text: 'Bees dance.' }))
      polly.fail({ status: 400, type: 'InvalidSsmlException' })
      await assert.rejects(speak(deps, say({ text, mayStandIn: false })), { code: 'speech.refused' })
      const before = polly.requests.length
      await speak(deps, say({ text }))
      assert.equal(polly.requests.length, before + 2, 'one sentence: its sound and its marks')
      await assertBalanced(db)
    }))

  test('when the service is down another voice of the language and gender speaks', () =>
    using(async (deps) => {
      polly.fail(...Array.from({ length: 4 }, () => ({ status: 500, type: 'ServiceFailureException' })))
      const spoken = await speak(deps, say())
      assert.equal(spoken.voice.id, 'offline:slt')
      assert.deepEqual(
        spoken.passedOver.map(({ voiceId }) => voiceId),
        ['polly:Joanna:neural'],
      )
      assert.equal(spoken.costMicros, 0)
      polly.clear()
      polly.fail(...Array.from({ length: 4 }, () => ({ status: 500, type: 'ServiceFailureException' })))
      await assert.rejects(speak(deps, say({ text: 'Other words.', mayStandIn: false })), {
        code: 'speech.unavailable',
      })
    }))

  test('a voice that cannot speak the language, or follow the markup, says so', () =>
    using(async (deps) => {
      const german = say({ text: 'Guten Tag.', language: 'de', voiceId: 'offline:slt' })
      await assert.rejects(speak(deps, german), {
        code: 'speech.wrongLanguage',
        message: /polly:Vicki:neural/,
      })
      const pitched = say({ text: '<speak><prosody pitch="+2st">High.</prosody></speak>' })
      await assert.rejects(speak(deps, pitched), { code: 'speech.markupNotSpoken', message: /another pitch/ })
      await assert.rejects(speak(deps, say({ text: 'Пчёлы танцуют.' })), { code: 'speech.wrongLanguage' })
      assert.equal(polly.requests.length, 0)
    }))

  test('voices are listed with what a minute costs', () =>
    using(async (deps) => {
      const { items, silent } = await listVoices(deps, { actor: person, language: 'de-CH' })
      assert.deepEqual(silent, [])
      assert.ok(items.every(({ id }) => /Vicki|Daniel/.test(id)) && items.length === 4)
      // 912 characters a minute, counted twice, at 16 USD for a million.
      assert.equal(items.find(({ id }) => id === 'polly:Vicki:neural')!.microsPerMinute, 912 * 2 * 16)
      const { items: english } = await listVoices(deps, { actor: person, language: 'en' })
      assert.equal(english.find(({ id }) => id === 'offline:slt')!.microsPerMinute, 0)
      await assert.rejects(listVoices(deps, { actor: { ...person, permissions: new Set() } }), {
        code: 'access.forbidden',
      })
    }))

  test('over HTTP: times as JSON, the same as sound, in another workspace nothing of it', () =>
    using(async (deps, db) => {
      const config = { publicUrl: 'http://localhost', corsOrigins: [], rateLimitPerMinute: 1_000 }
      const http = createHttp({ log: silentLog(), config, db, authenticate: async () => person })
      http.route('/api/v1', speechRoutes(deps))
      const ask = (accept: string, body: object) =>
        http.request('/api/v1/models/speech', {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept },
          body: JSON.stringify(body),
        })
      const body = { text: 'Bees dance.', voiceId: 'offline:slt' }
      const times = (await (await ask('application/json', body)).json()) as {
        durationMs: number
        sentences: Array<{ words: unknown[] }>
      }
      assert.equal(times.sentences[0]!.words.length, 2)
      const sound = await ask('audio/wav', body)
      assert.equal(sound.headers.get('content-type'), 'audio/wav')
      const bytes = Buffer.from(await sound.arrayBuffer())
      assert.equal(bytes.toString('latin1', 0, 4), 'RIFF')
      assert.ok(Math.abs((bytes.length - 44) / 96 - times.durationMs) < 1)
      assert.equal((await ask('application/json', { text: '…' })).status, 422)
      assert.deepEqual(await readdir(join(home, 'speech')), ['ws_1'])
    }))

  test('sentences that nobody used for a month are removed', () =>
    using(async (deps) => {
      await speak(deps, say({ voiceId: 'offline:slt' }))
      const dir = join(home, 'speech', 'ws_1')
      const [old, young] = await readdir(dir)
      const longAgo = new Date('2026-09-01')
      await utimes(join(dir, old!), longAgo, longAgo)
      assert.equal(await sweepSentences(home, new Date(Date.now())), 1)
      assert.deepEqual(await readdir(dir), [young])
      assert.ok((await readFile(join(dir, young!))).length > 1_000)
      assert.equal(await sweepSentences(join(home, 'nothing-here'), new Date()), 0)
    }))
})
