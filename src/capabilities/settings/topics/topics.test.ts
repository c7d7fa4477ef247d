import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Actor } from '../../../kernel/actor.ts'
import { withDb } from '../../../platform/db/test-db.ts'
import { createHttp } from '../../../platform/http/create-http.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { readScript, type Voice } from '../../../providers/speech/index.ts'
import type { VideoPrices } from '../cost-impact.ts'
import { planSetting, setSetting } from '../set-setting.ts'
import { builtInTopics } from './built-in-topics.ts'
import { changeTopicSettings } from './change-topic-settings.ts'
import { estimateTopic } from './estimate-topic.ts'
import { getTopic, listTopics, listTopicVersions } from './list-topics.ts'
import { createTopic, removeTopic, rollbackTopic, updateTopic } from './save-topic.ts'
import { topicVersions } from './schema.ts'
import { topicSsml } from './speak-topic.ts'
import { topicRoutes } from './topic-routes.ts'
import { topicProfileSchema } from './topic.ts'
import { voiceChoices } from './voice-choices.ts'

const config = { quotaBytes: 1, environment: 'staging' as const }
const editor: Actor = {
  kind: 'person',
  id: 'person_1',
  workspaceId: 'ws_1',
  permissions: new Set(['topics.read', 'topics.write', 'settings.read']),
}
const voice = (id: string, more: Partial<Voice>): Voice => ({
  id,
  vendor: id.split(':')[0]!,
  name: id,
  label: id,
  tier: 'standard',
  languages: ['en-US'],
  gender: 'female',
  licence: '',
  can: [],
  wordTimes: 'exact',
  maxChars: 1_000,
  pace: { wordsPerMinute: 150, charactersPerSecond: 15, isMeasured: true },
  isLocal: true,
  ...more,
})
/** The real prices are above this capability; these are of the same form: 16 USD for a million characters. */
const prices: VideoPrices = {
  voices: async () => [
    voice('offline:slt', {}),
    voice('polly:Joanna:neural', { isLocal: false, priceItem: 'aws.polly.neural' }),
  ],
  estimate: async (_workspaceId, lines) => ({
    totalMicros: lines.reduce((sum, { quantity }) => sum + quantity * 16, 0),
    confidence: 'B',
    warnings: [],
  }),
}

describe('the topics that come with the product', () => {
  for (const { topic, profile, settings } of builtInTopics) {
    test(`${topic} is complete: words, keywords, audience, style, schedule, and disclaimers where they are due`, () => {
      topicProfileSchema.parse(profile)
      assert.ok(profile.vocabulary.length >= 10 && profile.keywords.length >= 10)
      assert.ok(profile.audience.length > 40 && profile.style.tone.length > 40)
      assert.ok(profile.schedule!.slots.length >= 2)
      const isDue = ['health', 'finance', 'investing'].includes(topic)
      assert.equal(profile.needsDisclaimer, isDue)
      const placements = profile.disclaimers.map(({ placement }) => placement).sort()
      assert.deepEqual(placements, isDue ? ['description', 'screen', 'spoken'] : [])
      assert.ok(Object.keys(settings).every((key) => key.startsWith('speech.') || key.startsWith('videos.')))
    })

    test(`${topic}: its words and style are SSML that our voices read`, () => {
      const text = profile.vocabulary.map(({ term }) => `This is about ${term} & more.`).join('\n\n')
      const ssml = topicSsml(text, profile, 95)
      const items = readScript(ssml, 'ssml', profile.language)
      assert.ok(items.length > profile.vocabulary.length)
    })
  }

  test('are six, in every workspace, and one that is changed there is changed only there', () =>
    withDb(async (db) => {
      const deps = { db, config }
      const names = (await listTopics(deps, { actor: editor })).map(({ topic }) => topic)
      assert.deepEqual(names, ['education', 'finance', 'health', 'investing', 'technology', 'tourism'])
      const change = { profile: { audience: 'Runners' }, reason: 'narrower', version: 0 }
      const changed = await updateTopic(deps, { actor: editor, topic: 'health', ...change })
      assert.deepEqual([changed.version, changed.isChanged, changed.profile.audience], [1, true, 'Runners'])
      const other = await getTopic(deps, { actor: { ...editor, workspaceId: 'ws_2' }, topic: 'health' })
      assert.deepEqual([other.version, other.isChanged], [0, false])
      const production = { db, config: { ...config, environment: 'production' as const } }
      assert.equal((await getTopic(production, { actor: editor, topic: 'health' })).version, 0)
    }))
})

describe('a topic', () => {
  test('is added, changed, removed, brought back, and every step is in its history', () =>
    withDb(async (db) => {
      const deps = { db, config }
      const made = await createTopic(deps, {
        actor: editor,
        profile: { name: 'Crème & café' },
        reason: 'a new one',
      })
      assert.deepEqual([made.topic, made.version, made.isBuiltIn], ['creme-cafe', 1, false])
      const topic = made.topic
      await assert.rejects(
        createTopic(deps, { actor: editor, profile: { name: 'Creme café' }, reason: 'x' }),
        {
          code: 'topics.exists',
        },
      )
      const vocabulary = [{ term: 'crème', say: 'krɛm', alphabet: 'ipa' as const }]
      await updateTopic(deps, {
        actor: editor,
        topic,
        profile: { vocabulary },
        reason: 'say it well',
        version: 1,
      })
      await removeTopic(deps, { actor: editor, topic, version: 2 })
      await assert.rejects(getTopic(deps, { actor: editor, topic }), { code: 'topics.notFound' })
      const back = await rollbackTopic(deps, { actor: editor, topic, toVersion: 1, reason: 'still wanted' })
      assert.deepEqual([back.version, back.profile.vocabulary], [4, []])
      const history = await listTopicVersions(deps, { actor: editor, topic })
      assert.deepEqual(
        history.map(({ version, profile }) => [version, profile === null]),
        [
          [4, false],
          [3, true],
          [2, false],
          [1, false],
        ],
      )
      assert.deepEqual(history[2]!.diff, ['+ vocabulary: {"alphabet":"ipa","say":"krɛm","term":"crème"}'])
      await assert.rejects(rollbackTopic(deps, { actor: editor, topic, toVersion: 3, reason: 'x' }), {
        code: 'settings.noVersion',
      })
    }))

  test('that needs a disclaimer cannot be without one, and bad parts are named', () =>
    withDb(async (db) => {
      const deps = { db, config }
      const change = (profile: object) =>
        updateTopic(deps, { actor: editor, topic: 'finance', profile, reason: 'x', version: 0 })
      const cases: Array<[object, RegExp]> = [
        [{ disclaimers: [] }, /disclaimers must have at least one/],
        [{ language: 'klingonese!' }, /language must be a language tag/],
        [{ schedule: { timeZone: 'Mars/Olympus', slots: [] } }, /timeZone must be a time zone/],
        [{ keywords: ['a', 'A'] }, /keywords names a keyword twice/],
        [{ name: '' }, /name/],
      ]
      for (const [profile, message] of cases) {
        await assert.rejects(change(profile), { code: 'topics.invalid', message })
      }
      assert.deepEqual(await db.select().from(topicVersions), [])
    }))

  test('changed by two at once: the second is refused and sees the first', () =>
    withDb(async (db) => {
      const deps = { db, config }
      const change = { actor: editor, topic: 'health', reason: 'x', version: 0 }
      await updateTopic(deps, { ...change, profile: { audience: 'Ann' } })
      await assert.rejects(updateTopic(deps, { ...change, profile: { audience: 'Ben' } }), (error) => {
        const { code, detail } = error as {
          code: string
          detail: { resource: { profile: { audience: string } } }
        }
        assert.deepEqual([code, detail.resource.profile.audience], ['http.stale', 'Ann'])
        return true
      })
    }))

  test('of an older shape shows what the product has, and its old version cannot come back', () =>
    withDb(async (db) => {
      const deps = { db, config }
      const row = { environment: 'staging' as const, workspaceId: 'ws_1', topic: 'health', version: 1 }
      const who = { changedBy: 'person_0', reason: 'then', changedAt: new Date('2025-01-01') }
      await db.insert(topicVersions).values({ ...row, ...who, profile: { title: 'Health' } })
      assert.equal((await getTopic(deps, { actor: editor, topic: 'health' })).profile.name, 'Health')
      const back = { actor: editor, topic: 'health', reason: 'x' }
      await assert.rejects(rollbackTopic(deps, { ...back, toVersion: 1 }), { code: 'settings.schemaChanged' })
      assert.equal((await rollbackTopic(deps, { ...back, toVersion: 0 })).version, 2)
    }))
})

test('the longest word of a topic counts, whole words only, and nothing can break out of the markup', () => {
  const { profile } = builtInTopics.find(({ topic }) => topic === 'investing')!
  const ssml = topicSsml('ETFs, an ETF and NETFLIX: <break/> "5 < 6".', profile, 100)
  assert.match(ssml, /<sub alias="E T Fs">ETFs<\/sub>, an <sub alias="E T F">ETF<\/sub> and NETFLIX/)
  assert.match(ssml, /&lt;break\/&gt; &quot;5 &lt; 6&quot;/)
})

describe('what a topic costs', () => {
  test('follows its voice and its length, and a change shows both before it is made', () =>
    withDb(async (db) => {
      const deps = { db, config, prices }
      const estimate = () => estimateTopic(deps, { actor: editor, topic: 'investing' })
      const free = await estimate()
      assert.deepEqual([free.totalMicros, free.seconds, free.characters], [0, 450, 6_750])
      const change = { actor: editor, topic: 'investing', key: 'speech.voice', value: 'polly:Joanna:neural' }
      const { impact } = await planSetting(deps, change)
      assert.deepEqual([impact?.before.totalMicros, impact?.after.totalMicros], [0, 6_750 * 16])
      assert.match(impact!.after.basis, /7\.5 min: 6750 characters spoken by polly:Joanna:neural/)
      await setSetting(deps, { ...change, reason: 'warmer' })
      const shorter = { actor: editor, topic: 'investing', key: 'videos.minSeconds', value: 60 }
      await setSetting(deps, { ...shorter, reason: 'shorter' })
      const plan = await planSetting(deps, { ...shorter, key: 'videos.maxSeconds', value: 120 })
      assert.equal(plan.impact?.before.totalMicros, (await estimate()).totalMicros)
      assert.equal(plan.impact?.after.totalMicros, 90 * 15 * 16)
      const other = await estimateTopic(deps, { actor: editor, topic: 'education' })
      assert.equal(other.totalMicros, 0)
    }))

  test('is told for voice and lengths together, tried first and then changed at once or not at all', () =>
    withDb(async (db) => {
      const deps = { db, config, prices }
      const values = {
        'speech.voice': 'polly:Joanna:neural',
        'videos.minSeconds': 700,
        'videos.maxSeconds': 800,
      }
      const change = { actor: editor, topic: 'investing', values, reason: 'longer' }
      const tried = await changeTopicSettings(deps, { ...change, isDryRun: true })
      assert.deepEqual([tried.impact.before.totalMicros, tried.impact.after.totalMicros], [0, 750 * 15 * 16])
      assert.equal((await estimateTopic(deps, change)).totalMicros, 0)
      const bad = { ...change, values: { ...values, 'videos.minSeconds': 900 }, isDryRun: false }
      await assert.rejects(changeTopicSettings(deps, bad), { code: 'settings.invalid' })
      const done = await changeTopicSettings(deps, { ...change, isDryRun: false })
      assert.equal(done.changes.length, 3)
      assert.equal((await estimateTopic(deps, change)).totalMicros, 750 * 15 * 16)
      const late = { ...change, values: { 'speech.voice': null }, versions: { 'speech.voice': 0 } }
      await assert.rejects(changeTopicSettings(deps, { ...late, isDryRun: false }), { code: 'http.stale' })
    }))

  test('is told for voices that are not set up here yet, with a warning', () =>
    withDb(async (db) => {
      const deps = { db, config, prices }
      const change = { actor: editor, topic: 'health', key: 'speech.voice', value: 'polly:Ruth:generative' }
      const { impact } = await planSetting(deps, change)
      assert.ok(impact!.after.totalMicros > 0)
      assert.match(impact!.after.warnings.join(), /not among the voices/)
    }))

  test('is in the list of voices, the cheapest first', async () => {
    const voices = await voiceChoices(prices, editor)
    assert.deepEqual(
      voices.map(({ id, microsPerMinute }) => [id, microsPerMinute]),
      [
        ['offline:slt', 0],
        ['polly:Joanna:neural', 14_400],
      ],
    )
  })
})

test('the routes list, add, change with If-Match, show history, roll back and remove', () =>
  withDb(async (db) => {
    const http = { publicUrl: 'http://localhost', corsOrigins: [], rateLimitPerMinute: 1_000 }
    const app = createHttp({ log: silentLog(), config: http, db, authenticate: async () => editor })
    app.route('/api/v1', topicRoutes({ db, config, prices }))
    const call = async (method: string, path: string, body?: unknown, match?: string) => {
      const answer = await app.request(`/api/v1/topics${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...(match ? { 'if-match': match } : {}) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: answer.status, etag: answer.headers.get('etag') }
    }
    assert.deepEqual(await call('POST', '', { profile: { name: 'Bees' } }), { status: 201, etag: '"v1"' })
    assert.equal((await call('POST', '', { profile: { name: 'Bees' } })).status, 409)
    assert.equal((await call('PATCH', '/bees', { profile: { audience: 'x' } })).status, 428)
    const changed = await call('PATCH', '/bees', { profile: { audience: 'Beekeepers' } }, '"v1"')
    assert.deepEqual(changed, { status: 200, etag: '"v2"' })
    assert.equal((await call('PATCH', '/bees', { profile: { audience: 'x' } }, '"v1"')).status, 412)
    assert.equal((await call('PATCH', '/bees', { profile: { colour: 'x' } }, '"v2"')).status, 400)
    assert.equal((await call('POST', '/bees/rollback', { toVersion: 1 })).status, 200)
    assert.equal((await call('GET', '/bees/versions')).status, 200)
    assert.equal((await call('GET', '/bees/estimate')).status, 200)
    assert.equal((await call('POST', '/bees/speech-preview', { text: 'Hello.' })).status, 200)
    assert.equal((await call('DELETE', '/bees', undefined, '"v3"')).status, 204)
    assert.equal((await call('GET', '/bees')).status, 404)
  }))
