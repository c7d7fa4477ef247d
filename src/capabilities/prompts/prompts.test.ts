import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withDb } from '../../platform/db/test-db.ts'
import { createHttp } from '../../platform/http/create-http.ts'
import { silentLog } from '../../platform/log/log.ts'
import { getExperiment, reportExperiment } from '../flags/index.ts'
import { comparePrompts } from './compare-prompts.ts'
import { previewPrompt } from './preview-prompt.ts'
import { readPromptLibrary } from './prompt-library.ts'
import { diffPrompt, getPrompt, listPrompts, listPromptVersions } from './read-prompts.ts'
import { recordFeedback } from './record-feedback.ts'
import { promptsPart } from './prompts-part.ts'
import { removePrompt, rollBackPrompt } from './save-prompt.ts'
import { depsOf, everywhere, greeting, save, writer } from './test-prompts.ts'
import { usePrompt, type UsePromptDeps } from './use-prompt.ts'

const hello = { actor: writer, key: 'hello', ...everywhere }
const config = { environment: 'development' } as UsePromptDeps['config']
const use = (deps: ReturnType<typeof depsOf>, more: object = {}) =>
  usePrompt({ ...deps, config }, { workspaceId: 'ws_1', key: 'hello', values: { name: 'Ada' }, ...more })

describe('a prompt', () => {
  test('is saved in versions with author and reason, compared, and rolled back', () =>
    withDb(async (db) => {
      const deps = depsOf(db)
      await save(deps)
      await save(deps, { user: 'Good day\n{{ name }}' }, {}, 1)
      const diff = await diffPrompt(deps, { ...hello, from: 1, to: 2 })
      assert.deepEqual(
        diff.user.map(({ kind }) => kind),
        ['removed', 'added', 'added'],
      )
      const { prompt } = await rollBackPrompt(deps, { ...hello, to: 1, version: 2, reason: 'colder' })
      assert.deepEqual([prompt.version, prompt.user], [3, 'Hello {{ name }}'])
      const [latest] = await listPromptVersions(deps, hello)
      assert.deepEqual([latest?.changedBy, latest?.reason], ['person_1', 'colder'])
    }))

  test('changed by two at once keeps the first change and tells the second', () =>
    withDb(async (db) => {
      const deps = depsOf(db)
      await save(deps)
      await save(deps, { title: 'First' }, {}, 1)
      await assert.rejects(save(deps, { title: 'Second' }, {}, 1), (error) => {
        const { code, detail } = error as { code: string; detail: { yours: number; resource: object } }
        assert.deepEqual([code, detail.yours], ['http.stale', 1])
        assert.equal((detail.resource as { title: string }).title, 'First')
        return true
      })
    }))

  test('with an undefined variable, a bad template or too much text is not saved', () =>
    withDb(async (db) => {
      const deps = depsOf(db)
      await assert.rejects(save(deps, { user: '{{ nmae }}' }), {
        code: 'prompts.undefinedVariable',
        message: /Did you mean "name"/,
      })
      await assert.rejects(save(deps, { user: '{% if %}' }), { code: 'prompts.syntax' })
      await assert.rejects(save(deps, { user: 'x'.repeat(2 * 2 ** 20) }), { code: 'prompts.tooLong' })
      await assert.rejects(save(deps, {}, { key: 'Hello!' }), { code: 'prompts.invalid' })
      const circle = { isPartial: true, variables: [], user: '{% render "partials.a" %}' }
      await assert.rejects(save(deps, circle, { key: 'partials.a' }), {
        code: 'prompts.invalid',
        message: /partials\.a → partials\.a/,
      })
      assert.deepEqual(await listPrompts(deps, { actor: writer }), [])
    }))

  test('is of its workspace, and needs the permission', () =>
    withDb(async (db) => {
      const deps = depsOf(db)
      await save(deps)
      const stranger = { ...writer, workspaceId: 'ws_2' }
      await assert.rejects(getPrompt(deps, { ...hello, actor: stranger }), { code: 'prompts.notFound' })
      const viewer = { ...writer, permissions: new Set(['prompts.read']) }
      const removal = { ...hello, actor: viewer, version: 1, reason: 'x' }
      await assert.rejects(removePrompt(deps, removal), { code: 'access.forbidden' })
    }))

  test('that was shipped comes back when its change is removed', () =>
    withDb(async (db) => {
      const deps = { db, library: readPromptLibrary() }
      const place = { actor: writer, key: 'vault.summary', ...everywhere }
      const shipped = await getPrompt(deps, place)
      await save(deps, {}, { key: 'vault.summary' })
      assert.equal((await getPrompt(deps, place)).title, 'Greeting')
      await removePrompt(deps, { ...place, version: 1, reason: 'x' })
      const back = await getPrompt(deps, place)
      assert.deepEqual([back.user, back.version], [shipped.user, 2])
    }))

  test('is used with the text for its topic and language, and partials of that topic', () =>
    withDb(async (db) => {
      const deps = depsOf(db)
      const partial = { isPartial: true, variables: [], user: 'calmly' }
      await save(deps, partial, { key: 'partials.how' })
      await save(deps, { ...partial, user: 'carefully' }, { key: 'partials.how', topic: 'health' })
      await save(deps, { user: 'Hello {{ name }}, {% render "partials.how" %}' })
      await save(deps, { user: 'Hallo {{ name }}' }, { language: 'de' })
      assert.equal((await use(deps)).user, 'Hello Ada, calmly')
      const health = await use(deps, { topic: 'health' })
      assert.equal(health.user, 'Hello Ada, carefully')
      assert.deepEqual([health.use.topic, health.use.version], ['', 1])
      assert.equal((await use(deps, { language: 'de-AT' })).user, 'Hallo Ada')
      await assert.rejects(use(deps, { topic: 'helth' }), { code: 'topics.notFound' })
      await assert.rejects(use(deps, { key: 'helo' }), { code: 'prompts.notFound', message: /"hello"/ })
      await assert.rejects(use(deps, { key: 'partials.how', values: {} }), { code: 'prompts.invalid' })
    }))

  test('is previewed with what was given, real data, examples, in this order', () =>
    withDb(async (db) => {
      const realData = async () => ({ 'draft.title': 'Real bees' })
      const variables = ['a', 'b', 'c', 'd'].map((name) => ({
        name,
        type: 'text',
        from: 'draft.title',
        example: 'Example',
      }))
      const definition = {
        ...greeting,
        variables: [variables[0], variables[1], { ...variables[2], from: 'x' }, { name: 'd', type: 'text' }],
        user: '{{ a }} {{ b }} {{ c }} {{ d }}',
      }
      const preview = await previewPrompt(
        { ...depsOf(db), realData },
        { ...hello, definition, values: { a: 'Given' } },
      )
      assert.equal(preview.user, 'Given Real bees Example [d]')
      assert.deepEqual(
        preview.values.map(({ from }) => from),
        ['given', 'real', 'example', 'placeholder'],
      )
      await assert.rejects(previewPrompt(depsOf(db), { ...hello, definition, values: { aa: 1 } }), {
        code: 'prompts.undefinedVariable',
      })
    }))
})

describe('a test of two versions', () => {
  const versions = [
    { version: 1, percent: 50 },
    { version: 2, percent: 50 },
  ]

  test('gives each text one version for ever, and is judged by what people did', () =>
    withDb(async (db) => {
      const deps = depsOf(db)
      await save(deps)
      await save(deps, { user: 'Good day {{ name }}' }, {}, 1)
      const { key } = await comparePrompts(deps, { ...hello, versions, minUnits: 20, minDays: 0 })
      const seen = new Set<string>()
      for (let index = 0; index < 60; index++) {
        const unitId = `draft_${index}`
        const first = await use(deps, { unitId })
        assert.deepEqual((await use(deps, { unitId })).use, first.use)
        seen.add(first.user)
        const isSecond = first.use.version === 2
        // Some change one word more, as people do.
        const end = index % 3 === 0 ? 'night' : 'dark'
        const used = isSecond ? `Bees dance in the ${end}` : `Wasps sing on a ${end}`
        await recordFeedback(deps, {
          actor: writer,
          feedback: { unitId, made: 'Bees dance in the dark', used, decision: 'approved' },
        })
      }
      assert.deepEqual([...seen].sort(), ['Good day Ada', 'Hello Ada'])
      assert.equal((await use(deps)).use.experiment, null)
      const { verdict } = await reportExperiment(deps, { actor: writer, key })
      assert.deepEqual([verdict.kind, verdict.variant], ['winner', 'v2'])
      const found = await getExperiment(deps, { actor: writer, key })
      assert.deepEqual(
        found.metrics.map(({ metric, role }) => `${role} ${metric}`),
        [
          'primary prompt.editShare',
          'secondary prompt.approved',
          'secondary result.views',
          'secondary result.retention',
          'secondary result.engagement',
          'guardrail prompt.rejected',
        ],
      )
    }))

  test('is refused when shares do not add up, a version is not there, or one is running', () =>
    withDb(async (db) => {
      const deps = depsOf(db)
      await save(deps)
      await save(deps, {}, {}, 1)
      const uneven = [versions[0]!, { version: 2, percent: 49 }]
      await assert.rejects(comparePrompts(deps, { ...hello, versions: uneven }), {
        code: 'experiments.weights',
      })
      const missing = [versions[0]!, { version: 9, percent: 50 }]
      await assert.rejects(comparePrompts(deps, { ...hello, versions: missing }), {
        code: 'prompts.notFound',
      })
      await comparePrompts(deps, { ...hello, versions })
      await assert.rejects(comparePrompts(deps, { ...hello, versions }), { code: 'prompts.testing' })
    }))

  test('counts what a person did once for a text', () =>
    withDb(async (db) => {
      const feedback = { unitId: 'd1', made: 'a b', used: 'a c', decision: 'approved' as const }
      const deps = depsOf(db)
      assert.deepEqual(await recordFeedback(deps, { actor: writer, feedback }), {
        editShare: 0.5,
        recorded: 2,
      })
      assert.equal((await recordFeedback(deps, { actor: writer, feedback })).recorded, 0)
    }))
})

test('the routes save with If-Match, preview, compare, and roll back', () =>
  withDb(async (db) => {
    const http = { publicUrl: 'http://localhost', corsOrigins: [], rateLimitPerMinute: 1_000 }
    const app = createHttp({ log: silentLog(), config: http, db, authenticate: async () => writer })
    for (const routes of promptsPart(depsOf(db)).routes ?? []) app.route('/api/v1', routes)
    const send = async (method: string, path: string, body?: unknown, match?: string) => {
      const answer = await app.request(`/api/v1/prompts${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...(match ? { 'if-match': match } : {}) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      return { status: answer.status, etag: answer.headers.get('etag'), body: text ? JSON.parse(text) : null }
    }
    const change = { definition: greeting, reason: 'x' }
    assert.equal((await send('PUT', '/hello', change)).status, 428)
    assert.equal((await send('PUT', '/hello', change, '"v0"')).etag, '"v1"')
    assert.equal((await send('PUT', '/hello', change, '"v0"')).status, 412)
    const bad = { ...change, definition: { ...greeting, user: '{{ x }}' } }
    assert.equal((await send('PUT', '/hello', bad, '"v1"')).body.code, 'prompts.undefinedVariable')
    assert.equal((await send('PUT', '/hello?language=de', change, '"v0"')).etag, '"v1"')
    assert.equal((await send('PUT', '/hello', change, '"v1"')).etag, '"v2"')
    assert.equal((await send('GET', '')).body.items.length, 2)
    assert.equal((await send('POST', '/hello/preview', { definition: greeting })).body.user, 'Hello Ada')
    assert.equal((await send('GET', '/hello/diff?from=1&to=2')).status, 200)
    const versions = [
      { version: 1, percent: 50 },
      { version: 2, percent: 50 },
    ]
    assert.equal((await send('POST', '/hello/compare', { versions })).status, 201)
    assert.equal((await send('POST', '/hello/rollback', { to: 1, reason: 'x' }, '"v2"')).etag, '"v3"')
    assert.equal((await send('POST', '/feedback', { unitId: 'd', decision: 'approved' })).body.recorded, 1)
    assert.equal((await send('DELETE', '/hello', undefined, '"v3"')).status, 204)
    assert.equal((await send('GET', '/hello')).status, 404)
  }))
