import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { eq } from 'drizzle-orm'
import { type Spoken, speakSentences } from '../../../../test/fixtures/spoken.ts'
import type { Actor } from '../../../kernel/actor.ts'
import { withDb } from '../../../platform/db/test-db.ts'
import { events } from '../../../platform/events/schema.ts'
import { createLibraryEngine } from '../../../platform/ffmpeg/engine.ts'
import { createHttp } from '../../../platform/http/create-http.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { localStorage } from '../../../providers/storage/index.ts'
import { openTranscribers } from '../../../providers/transcribe/index.ts'
import { wavBytes } from '../../../providers/transcribe/wav.ts'
import { createAssetFromFile } from '../../assets/index.ts'
import { listNotifications } from '../../notifications/index.ts'
import {
  createTranscript,
  failTranscript,
  findWords,
  getTranscript,
  listTranscripts,
  makeTranscript,
  type MakeTranscriptDeps,
  transcriptsPart,
} from '../index.ts'

const all = ['media.read', 'media.write', 'assets.read', 'assets.write', 'runs.read', 'notifications.read']
const editor: Actor = { kind: 'person', id: 'person_1', workspaceId: 'ws_1', permissions: new Set(all) }
const stranger: Actor = { ...editor, workspaceId: 'ws_2' }
const viewer: Actor = { ...editor, permissions: new Set(['media.read', 'assets.read']) }
const sentences = ['The bees have found two places.', 'Each of them dances for one of them!']

/** A workspace with a spoken recording. pocketsphinx is "not installed", so that results do not depend on the machine. */
async function withSpeech(
  check: (deps: MakeTranscriptDeps, assetId: string, spoken: Spoken) => Promise<void>,
) {
  const home = await mkdtemp(join(tmpdir(), 'transcripts-'))
  try {
    const spoken = await speakSentences(sentences)
    await withDb(async (db) => {
      const engine = createLibraryEngine()
      const pocketsphinx = { program: join(home, 'absent'), modelDir: home }
      const deps: MakeTranscriptDeps = {
        db,
        storage: localStorage(join(home, 'objects')),
        home,
        secret: 'test',
        quotaBytes: () => 1e9,
        log: silentLog(),
        engine,
        transcribers: openTranscribers({ config: { home }, engine, pocketsphinx }),
      }
      const path = join(home, 'talk.wav')
      await writeFile(path, wavBytes(spoken.samples))
      const asset = await createAssetFromFile(deps, {
        actor: editor,
        path,
        name: 'talk.wav',
        kind: 'recording',
      })
      await check(deps, asset.id, spoken)
    })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

const make = (deps: MakeTranscriptDeps, transcriptId: string) =>
  makeTranscript(deps, { actor: editor, transcriptId, once: (_effect, fn) => fn(deps.db) })

describe('a transcript', () => {
  test('is queued with its run, made from the script, and told about', () =>
    withSpeech(async (deps, assetId, spoken) => {
      const queued = await createTranscript(deps, { actor: editor, assetId, script: spoken.script })
      assert.deepEqual([queued.state, queued.words, queued.runId !== null], ['queued', [], true])
      await make(deps, queued.id)
      const made = await getTranscript(deps, { actor: viewer, transcriptId: queued.id })
      assert.deepEqual(
        [made.state, made.engine, made.text, made.isDraft],
        ['ready', 'estimate', spoken.script, true],
      )
      assert.equal(made.needsReview, made.words.length, 'estimated words are all to be checked')
      const second = made.words[sentences[0]!.split(' ').length]!
      assert.ok(Math.abs(second.startMs - spoken.sentences[1]!.startMs) < 150)
      assert.deepEqual((await findWords(deps, { workspaceId: 'ws_1', assetId }))?.words, made.words)
      const kinds = await deps.db
        .select({ type: events.type })
        .from(events)
        .where(eq(events.subjectId, queued.id))
      assert.deepEqual(
        kinds.map(({ type }) => type),
        ['transcript.queued', 'transcript.processing', 'transcript.ready'],
      )
      const { items } = await listNotifications(deps, { actor: editor, limit: 10 })
      assert.deepEqual([items[0]!.kind, items[0]!.subjectId], ['transcript.ready', queued.id])
    }))

  test('that cannot be made says why, and another workspace sees nothing of it', () =>
    withSpeech(async (deps, assetId) => {
      const queued = await createTranscript(deps, { actor: editor, assetId })
      await assert.rejects(make(deps, queued.id), { code: 'transcribe.noEngine' })
      const failure = {
        code: 'transcribe.noEngine',
        message: 'None.',
        help: 'Install one.',
        retryable: false,
      }
      await failTranscript(deps, { actor: editor, transcriptId: queued.id, failure })
      const failed = await getTranscript(deps, { actor: editor, transcriptId: queued.id })
      assert.deepEqual([failed.state, failed.error], ['failed', failure])
      await assert.rejects(getTranscript(deps, { actor: stranger, transcriptId: queued.id }), {
        code: 'transcripts.notFound',
      })
      await assert.rejects(listTranscripts(deps, { actor: stranger, assetId }), { code: 'assets.notFound' })
      await assert.rejects(createTranscript(deps, { actor: viewer, assetId }), { code: 'access.forbidden' })
      await assert.rejects(createTranscript(deps, { actor: stranger, assetId }), { code: 'assets.notFound' })
    }))
})

describe('over HTTP', () => {
  test('a transcript is corrected, confirmed, downloaded as captions and deleted', () =>
    withSpeech(async (deps, assetId, spoken) => {
      const http = createHttp({
        log: deps.log,
        config: { publicUrl: 'http://localhost', rateLimitPerMinute: 1000 } as never,
        db: deps.db,
        authenticate: async () => editor,
        now: () => new Date(),
      })
      for (const routes of transcriptsPart(deps).routes ?? []) http.route('/api/v1', routes)
      const call = (method: string, path: string, body?: unknown, ifMatch?: string) =>
        http.request(`/api/v1${path}`, {
          method,
          headers: { 'content-type': 'application/json', ...(ifMatch && { 'if-match': ifMatch }) },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        })

      const created = await call('POST', `/assets/${assetId}/transcripts`, {
        script: 'The bees have found',
        language: 'en',
      })
      assert.equal(created.status, 202)
      const { id } = (await created.json()) as { id: string }
      assert.equal((await call('GET', `/transcripts/${id}/captions?format=srt`)).status, 409)
      await make(deps, id)

      const read = await call('GET', `/transcripts/${id}`)
      const etag = read.headers.get('etag')!
      assert.equal((await call('PUT', `/transcripts/${id}/text`, { text: spoken.script })).status, 428)
      assert.equal(
        (await call('PUT', `/transcripts/${id}/text`, { text: spoken.script }, '"v1"')).status,
        412,
      )
      const corrected = await call('PUT', `/transcripts/${id}/text`, { text: spoken.script }, etag)
      assert.equal(corrected.status, 202)
      const busy = await call('PUT', `/transcripts/${id}/text`, { text: 'x' }, corrected.headers.get('etag')!)
      assert.equal(((await busy.json()) as { code: string }).code, 'transcripts.busy')
      await make(deps, id)
      const again = (await (await call('GET', `/transcripts/${id}`)).json()) as {
        text: string
        version: number
      }
      assert.equal(again.text, spoken.script)

      const wrong = await call('POST', `/transcripts/${id}/confirm`, { words: [99] }, `"v${again.version}"`)
      assert.equal(wrong.status, 422)
      const one = await call('POST', `/transcripts/${id}/confirm`, { words: [0] }, `"v${again.version}"`)
      const afterOne = (await one.json()) as { needsReview: number; words: unknown[]; version: number }
      assert.equal(afterOne.needsReview, afterOne.words.length - 1)
      const rest = await call('POST', `/transcripts/${id}/confirm`, {}, `"v${afterOne.version}"`)
      const confirmed = (await rest.json()) as { needsReview: number; isDraft: boolean }
      assert.deepEqual([confirmed.needsReview, confirmed.isDraft], [0, false])

      const { items } = (await (await call('GET', `/transcripts/${id}/revisions`)).json()) as {
        items: Array<{ revision: number; reason: string }>
      }
      assert.deepEqual(
        items.map(({ revision, reason }) => `${revision} ${reason}`),
        ['4 confirmed', '3 confirmed', '2 corrected', '1 aligned'],
      )
      const vtt = await call('GET', `/transcripts/${id}/captions?format=vtt`)
      assert.match(vtt.headers.get('content-type')!, /^text\/vtt/)
      assert.match(await vtt.text(), /^WEBVTT\n\n00:00:00\.\d+ --> .*\nThe bees have found/)

      assert.equal((await call('DELETE', `/transcripts/${id}`)).status, 204)
      assert.equal((await call('GET', `/transcripts/${id}`)).status, 404)
    }))
})
