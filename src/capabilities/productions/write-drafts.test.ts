import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemActor } from '../../kernel/actor.ts'
import { planClips } from '../clips/index.ts'
import { listDrafts } from '../drafts/index.ts'
import { switchFlag } from '../flags/index.ts'
import { startProduction } from './start-production.ts'
import { editor, withProductions } from './test-productions.ts'
import { writeDrafts } from './write-drafts.ts'

for (const isOn of [true, false]) {
  test(`clips get ${isOn ? 'their drafts' : 'no drafts'} while the flag for it is ${isOn ? 'on' : 'off'}`, () =>
    withProductions(async ({ deps, addFile, stepOf }) => {
      const actor = systemActor('test', editor.workspaceId)
      const reader = { ...editor, permissions: new Set([...editor.permissions, 'drafts.read']) }
      const assetId = await addFile('talk.mp4')
      const { id: productionId, runId } = await startProduction(deps, { actor: editor, assetId })
      const suggestions = [{ title: 'Bees', reasons: [], score: 1, startMs: 0, endMs: 1_000 }] as never
      const clipIds = await planClips(
        deps.db,
        { actor, assetId, runId: runId!, title: 'Talk', suggestions },
        deps,
      )
      if (!isOn) {
        await switchFlag(deps, { actor, key: 'productions.writeDrafts', isOn, reason: 'people write them' })
      }
      const input = { productionId, assetId, title: 'Talk' } as Parameters<typeof writeDrafts>[2]
      const { draftIds } = await writeDrafts(deps, stepOf(runId!), input, clipIds)
      assert.equal(draftIds.length, isOn ? 1 : 0)
      const { items } = await listDrafts(deps, { actor: reader, limit: 10 })
      assert.equal(items.length, draftIds.length)
    }))
}
