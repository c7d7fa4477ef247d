import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Actor } from '../../kernel/actor.ts'
import type { Db } from '../../platform/db/client.ts'
import { withDb } from '../../platform/db/test-db.ts'
import { type Analysis, defaultAnalysisOptions } from './analysis.ts'
import { findAnalysis, getMedia } from './get-media.ts'
import { analysisHash, packageHash } from './options-hash.ts'
import type { Package } from './package.ts'
import type { Probe } from './probe.ts'
import { saveAnalysis, savePackage } from './save-analysis.ts'

const viewer: Actor = {
  kind: 'person',
  id: 'person_1',
  workspaceId: 'ws_1',
  permissions: new Set(['media.read']),
}
const key = { workspaceId: 'ws_1', assetId: 'asset_1', contentSha256: 'abc' }
const secret = 'a secret of at least thirty-two characters'

const probe = { container: 'mp4', durationMs: 2000, notes: [] as string[] } as Probe
const analysis: Analysis = {
  version: 1,
  durationMs: 2000,
  frameRate: { num: 30, den: 1 },
  frames: 60,
  options: defaultAnalysisOptions,
  keep: [],
  silences: [],
  scenes: [],
  black: [],
  loudness: null,
  poster: 'poster.jpg',
  posterAtMs: 0,
  contactSheet: 'contact-sheet.jpg',
  contactSheetLayout: {
    file: 'contact-sheet.jpg',
    columns: 2,
    rows: 2,
    tileWidth: 320,
    tileHeight: 180,
    everyMs: 500,
  },
  peaks: 'peaks.json',
  suggestions: [],
  notes: [],
}
const made: Package = {
  hls: 'master.m3u8',
  renditions: [],
  dash: 'manifest.mpd',
  audio: null,
  captions: [],
  thumbnails: null,
  encrypted: false,
  segmentMs: 4000,
  durationMs: 2000,
  sizeBytes: 1,
  cpuMs: 1,
  notes: [],
}

describe('the media of an asset', () => {
  const save = (db: Db, at: string, found = analysis, options = {}) =>
    saveAnalysis(
      { db, now: () => new Date(at) },
      {
        ...key,
        optionsHash: analysisHash(options),
        probe,
        analysis: found,
        prefix: 'derived/asset_1/analysis/x/',
      },
    )

  test('comes with signed links, and without a package until there is one', () =>
    withDb(async (db) => {
      await save(db, '2026-11-21T10:00:00Z')
      const before = await getMedia({ db, secret }, { actor: viewer, assetId: 'asset_1' })
      assert.equal(before.hlsUrl, null)
      assert.match(before.posterUrl, /^\/d\/.+\/poster\.jpg$/)
      const prefix = 'derived/asset_1/hls/y/'
      await savePackage({ db }, { ...key, optionsHash: packageHash(), package: made, prefix })
      const after = await getMedia({ db, secret }, { actor: viewer, assetId: 'asset_1' })
      assert.match(after.hlsUrl!, /^\/d\/.+\/master\.m3u8$/)
      assert.deepEqual(after.analysis, analysis)
    }))

  test('is the newest analysis; the same work saved twice is one row', () =>
    withDb(async (db) => {
      await save(db, '2026-11-21T10:00:00Z')
      await save(db, '2026-11-21T10:00:01Z', { ...analysis, frames: 61 })
      await save(db, '2026-11-21T11:00:00Z', { ...analysis, frames: 62 }, { threshold: 0.1 })
      const media = await getMedia({ db, secret }, { actor: viewer, assetId: 'asset_1' })
      assert.equal(media.analysis.frames, 62)
      const first = await findAnalysis({ db }, { ...key, optionsHash: analysisHash() })
      assert.equal(first!.analysis.frames, 61)
    }))

  test('is not there for other workspaces, for people who may not look, and before any analysis', () =>
    withDb(async (db) => {
      const ask = (actor: Actor) => getMedia({ db, secret }, { actor, assetId: 'asset_1' })
      await assert.rejects(ask(viewer), { code: 'media.notAnalyzed' })
      await save(db, '2026-11-21T10:00:00Z')
      await assert.rejects(ask({ ...viewer, workspaceId: 'ws_2' }), { code: 'media.notAnalyzed' })
      await assert.rejects(ask({ ...viewer, permissions: new Set() }), { code: 'access.forbidden' })
    }))

  test('is named by its options, defaults included', () => {
    assert.equal(analysisHash(), analysisHash({ threshold: 0.04 }))
    assert.notEqual(analysisHash(), analysisHash({ marginMs: 0 }))
    assert.notEqual(analysisHash(), packageHash())
  })
})
