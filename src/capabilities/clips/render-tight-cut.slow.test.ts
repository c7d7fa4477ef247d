import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { makeMedia } from '../../../test/fixtures/media/make-media.ts'
import type { Actor } from '../../kernel/actor.ts'
import { withDb } from '../../platform/db/test-db.ts'
import { createLibraryEngine } from '../../platform/ffmpeg/engine.ts'
import { silentLog } from '../../platform/log/log.ts'
import { localStorage } from '../../providers/storage/index.ts'
import { createAssetFromFile, getAsset, withAssetFile } from '../assets/index.ts'
import { analyzeMedia, decideSuggestions, probeMedia, saveAnalysis } from '../media/index.ts'
import { type MakeClipFileDeps, renderTightCut } from './index.ts'
import { startTightCut } from './render-tight-cut.ts'

const editor: Actor = {
  kind: 'person',
  id: 'person_1',
  workspaceId: 'ws_1',
  permissions: new Set([
    'media.read',
    'media.write',
    'assets.read',
    'assets.write',
    'clips.write',
    'runs.read',
  ]),
}
const speech = '0.4*sin(300*2*PI*t)*(between(t,1,3)+between(t,5,7))'

describe('a tight cut', () => {
  test('is rendered from what is accepted, frame by frame, and kept as a new asset', async () => {
    const home = await mkdtemp(join(tmpdir(), 'tight-cut-'))
    try {
      await withDb(async (db) => {
        const engine = createLibraryEngine()
        const storage = localStorage(join(home, 'objects'))
        const deps: MakeClipFileDeps = {
          db,
          storage,
          home,
          secret: 'test',
          quotaBytes: () => 1e9,
          log: silentLog(),
          engine,
        }
        const path = await makeMedia({ path: join(home, 'talk.mp4'), seconds: 8, sound: speech })
        const probe = await probeMedia(deps, { path })
        const analysis = await analyzeMedia(deps, { path, outDir: join(home, 'a'), probe })
        const asset = await createAssetFromFile(deps, {
          actor: editor,
          path,
          name: 'talk.mp4',
          kind: 'recording',
        })
        const key = { workspaceId: 'ws_1', assetId: asset.id, contentSha256: asset.sha256, optionsHash: 'x' }
        await saveAnalysis(deps, { ...key, probe, analysis, prefix: 'p/' })

        const which = { actor: editor, assetId: asset.id }
        await assert.rejects(startTightCut(deps, which), { code: 'suggestions.nothingAccepted' })
        const decided = await decideSuggestions(deps, {
          ...which,
          decision: 'accepted',
          kinds: ['deadAir', 'longPause'],
        })
        const run = await startTightCut(deps, which)
        assert.deepEqual([run.workflow, run.subjectId], ['renderTightCut', asset.id])

        const { parts } = run.input as { parts: Array<{ startMs: number; endMs: number }> }
        const once = <T>(_name: string, fn: (tx: typeof db) => Promise<T>) => fn(db)
        const made = await renderTightCut(deps, { ...which, parts, runId: run.id, once })
        const kept = analysis.keep.reduce((sum, { startFrame, endFrame }) => sum + endFrame - startFrame, 0)
        assert.deepEqual([made.frames, made.parts, made.isSeamless], [kept, analysis.keep.length, true])
        assert.ok(Math.abs(made.durationMs - decided.cutMs) <= 40, `${made.durationMs} ${decided.cutMs}`)

        const file = await getAsset(deps, { actor: editor, assetId: made.assetId })
        assert.deepEqual([file.name, file.kind], ['talk (tight).mp4', 'clip'])
        const cut = await withAssetFile(deps, { assetId: made.assetId }, (cutPath) =>
          probeMedia(deps, { path: cutPath }),
        )
        assert.equal(cut.video[0]!.frames, kept)
      })
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  })
})
