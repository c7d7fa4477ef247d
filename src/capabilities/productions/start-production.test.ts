import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eq } from 'drizzle-orm'
import { runs } from '../../platform/durable/schema.ts'
import { events } from '../../platform/events/schema.ts'
import { listTranscripts } from '../media/index.ts'
import { getProduction } from './get-production.ts'
import { productions } from './schema.ts'
import { startProduction } from './start-production.ts'
import { editor, withProductions } from './test-productions.ts'

describe('starting a production', () => {
  test('queues the run with it, under the name of the file unless told otherwise', () =>
    withProductions(async ({ deps, addFile }) => {
      const assetId = await addFile('My talk (final).v2.mp4')
      const first = await startProduction(deps, { actor: editor, assetId })
      const second = await startProduction(deps, { actor: editor, assetId, title: '  Bees  ' })
      const rows = await deps.db.select().from(productions).orderBy(productions.id)
      assert.deepEqual(
        rows.map(({ id, runId, title }) => ({ id, runId, title })),
        [
          { id: first.id, runId: first.runId, title: 'My talk (final).v2' },
          { id: second.id, runId: second.runId, title: 'Bees' },
        ],
      )
      const [run] = await deps.db.select().from(runs).where(eq(runs.id, first.runId))
      assert.deepEqual([run!.state, run!.workflow, run!.subjectId], ['queued', 'processRecording', first.id])
      const told = await deps.db
        .select({ type: events.type })
        .from(events)
        .where(eq(events.subjectId, first.runId))
      assert.deepEqual(told, [{ type: 'run.queued' }])
    }))

  test('with a script plans its transcript in the same transaction', () =>
    withProductions(async ({ deps, addFile }) => {
      const assetId = await addFile('talk.mp4')
      const writer = { ...editor, permissions: new Set([...editor.permissions, 'media.read', 'media.write']) }
      const { id, runId } = await startProduction(deps, { actor: writer, assetId, script: 'Hello bees.' })
      const [planned] = await listTranscripts(deps, { actor: writer, assetId })
      assert.deepEqual([planned!.state, planned!.runId], ['queued', runId])
      const [run] = await deps.db.select().from(runs).where(eq(runs.id, runId))
      assert.deepEqual((run!.input as { transcriptId: string }).transcriptId, planned!.id)
      const shown = await getProduction(deps, { actor: editor, productionId: id })
      assert.equal(shown.transcriptId, planned!.id)
    }))

  test('refuses what is no video, a bad title, a foreign file and who may not, and queues nothing', () =>
    withProductions(async ({ deps, addFile }) => {
      const assetId = await addFile('talk.mp4')
      const picture = await addFile('cover.jpg')
      const start = (input: object, actor = editor) => startProduction(deps, { actor, assetId, ...input })
      await assert.rejects(start({ assetId: picture }), { code: 'productions.notVideo' })
      await assert.rejects(start({ title: ' ' }), { code: 'productions.invalid' })
      await assert.rejects(start({ title: 'x'.repeat(1_000_000) }), (error: Error & { code: string }) => {
        assert.equal(error.code, 'productions.invalid')
        assert.ok(error.message.length < 200)
        return true
      })
      await assert.rejects(start({}, { ...editor, workspaceId: 'ws_2' }), { code: 'assets.notFound' })
      const viewer = { ...editor, permissions: new Set(['productions.read', 'assets.read']) }
      await assert.rejects(start({}, viewer), { code: 'access.forbidden' })
      assert.deepEqual(await deps.db.select().from(runs), [])
    }))
})
