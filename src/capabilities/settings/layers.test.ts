import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Actor, systemActor } from '../../kernel/actor.ts'
import { withDb } from '../../platform/db/test-db.ts'
import { settingVersions } from './schema.ts'
import { readDocument } from './setting-file.ts'
import {
  assertSettingVariables,
  explainSetting,
  listSettingVersions,
  planSetting,
  readSetting,
  rollbackSetting,
  setSetting,
  settingKeys,
  type SettingsDeps,
  variableOf,
} from './index.ts'

const config = { quotaBytes: 10_000, environment: 'staging' as const, settingVariables: {} }
const admin: Actor = {
  kind: 'person',
  id: 'person_1',
  workspaceId: 'ws_1',
  permissions: new Set(['settings.read', 'settings.write', 'topics.read', 'topics.write']),
}
const file = readDocument(
  {
    version: 2,
    settings: { 'clips.count': 4, 'videos.maxSeconds': 700 },
    environments: { staging: { 'videos.maxSeconds': 720 }, production: { 'videos.maxSeconds': 800 } },
    topics: { health: { 'videos.maxSeconds': 480 } },
  },
  'creatorops.config.yaml',
  'staging',
)
const change = (deps: SettingsDeps, key: string, value: unknown, more: object = {}) =>
  setSetting(deps, { actor: admin, key, value, reason: 'a test', ...more })

describe('a value', () => {
  test('is that of the last layer that says something, and the explanation names where each comes from', () =>
    withDb(async (db) => {
      const key = 'videos.maxSeconds' as const
      const settingVariables = { CREATOROPS_SETTING_VIDEOS_MAX_SECONDS: '750' }
      let deps: SettingsDeps = { db, config }
      const seen: unknown[] = []
      const look = async () => seen.push(await readSetting(deps, 'ws_1', key, { topic: 'health' }))
      await look()
      deps = { ...deps, settingSources: { file } }
      await look()
      assert.equal(await readSetting(deps, 'ws_1', key), 720, 'the section of the environment counts')
      deps = { ...deps, config: { ...config, settingVariables } }
      await look()
      const product = systemActor('start', 'ws_1')
      await setSetting(deps, { actor: product, key, value: 760, reason: 'x', layer: 'deployment' })
      await look()
      await change(deps, key, 770)
      await look()
      await change(deps, key, 780, { topic: 'health' })
      await look()
      assert.deepEqual(seen, [600, 480, 750, 760, 770, 780])
      assert.equal(await readSetting(deps, 'ws_1', key, { topic: 'finance' }), 770)
      const why = await explainSetting(deps, { actor: admin, key, topic: 'health' })
      assert.deepEqual(
        why.layers.map(({ layer, value, source, changedBy }) => [layer, value, source ?? changedBy]),
        [
          ['default', 600, null],
          ['file', 480, 'creatorops.config.yaml'],
          ['environment', 750, 'CREATOROPS_SETTING_VIDEOS_MAX_SECONDS'],
          ['deployment', 760, 'start'],
          ['workspace', 770, 'person_1'],
          ['topic', 780, 'person_1'],
        ],
      )
    }))

  test('of a built-in topic stands where nobody set another, and a workspace still overrides it', () =>
    withDb(async (db) => {
      const read = () => readSetting({ db, config }, 'ws_1', 'speech.ratePercent', { topic: 'health' })
      assert.equal(await read(), 93)
      await change({ db, config }, 'speech.ratePercent', 110)
      assert.equal(await read(), 110)
    }))

  test('of one environment is never seen by another on the same database', () =>
    withDb(async (db) => {
      await change({ db, config }, 'clips.count', 7)
      assert.equal(await readSetting({ db, config }, 'ws_1', 'clips.count'), 7)
      const production = { ...config, environment: 'production' as const }
      assert.equal(await readSetting({ db, config: production }, 'ws_1', 'clips.count'), 3)
      const versions = { db, config: production }
      assert.deepEqual(await listSettingVersions(versions, { actor: admin, key: 'clips.count' }), [])
    }))

  test('set under a former name still counts, goes on with its versions and warns', () =>
    withDb(async (db) => {
      await db.insert(settingVersions).values({
        environment: 'staging',
        workspaceId: 'ws_1',
        key: 'analysis.thresholdPercent',
        version: 3,
        value: 9,
        changedBy: 'person_0',
        reason: 'long ago',
        changedAt: new Date('2025-01-01'),
      })
      const deps = { db, config }
      assert.equal(await readSetting(deps, 'ws_1', 'analysis.silencePercent'), 9)
      const why = await explainSetting(deps, { actor: admin, key: 'analysis.thresholdPercent' })
      assert.equal(why.key, 'analysis.silencePercent')
      assert.match(why.warnings.join(' '), /now called analysis\.silencePercent.*former name/)
      const after = await change(deps, 'analysis.thresholdPercent', 8, { version: 3 })
      assert.deepEqual([after.version, after.value, after.warnings], [4, 8, []])
      const all = await listSettingVersions(deps, { actor: admin, key: 'analysis.silencePercent' })
      assert.deepEqual(
        all.map(({ version, diff }) => [version, diff]),
        [
          [4, ['− 9', '+ 8']],
          [3, ['+ 9']],
        ],
      )
    }))
})

describe('the layer of a change', () => {
  test('of a topic takes only settings that a topic may have, for topics that exist', () =>
    withDb(async (db) => {
      const deps = { db, config }
      await assert.rejects(change(deps, 'clips.count', 5, { topic: 'health' }), {
        code: 'settings.wrongLayer',
      })
      await assert.rejects(change(deps, 'videos.maxSeconds', 500, { topic: 'heath' }), {
        code: 'topics.notFound',
        message: /"health"/,
      })
      const editor = { ...admin, permissions: new Set(['settings.read', 'topics.write']) }
      const byEditor = { actor: editor, key: 'videos.maxSeconds', value: 500, reason: 'shorter' }
      await setSetting(deps, { ...byEditor, topic: 'health' })
      await assert.rejects(setSetting(deps, byEditor), { code: 'access.forbidden' })
    }))

  test('of the deployment is for whoever runs the installation', () =>
    withDb(async (db) => {
      const deps = { db, config }
      const layer = { layer: 'deployment' }
      await assert.rejects(change(deps, 'clips.count', 5, layer), { code: 'access.forbidden' })
      const operator = { ...admin, permissions: new Set([...admin.permissions, 'installation.write']) }
      const after = await setSetting(deps, {
        actor: operator,
        key: 'clips.count',
        value: 5,
        reason: 'x',
        layer: 'deployment',
        version: 0,
      })
      assert.deepEqual(
        [after.value, after.layer, after.deploymentVersion, after.version],
        [5, 'deployment', 1, 0],
      )
      assert.equal(await readSetting(deps, 'ws_2', 'clips.count'), 5)
    }))

  test('limits that contradict each other are refused for the topic where they meet', () =>
    withDb(async (db) => {
      const deps = { db, config }
      await change(deps, 'videos.minSeconds', 500, { topic: 'health' })
      await assert.rejects(change(deps, 'videos.maxSeconds', 450), {
        code: 'settings.invalid',
        message: /topic health/,
      })
      await change(deps, 'videos.minSeconds', 400, { topic: 'health' })
      await change(deps, 'videos.maxSeconds', 450)
    }))

  test('can be tried: the plan makes every check and changes nothing', () =>
    withDb(async (db) => {
      const deps = { db, config }
      const plan = await planSetting(deps, { actor: admin, key: 'clips.count', value: 6 })
      assert.deepEqual([plan.before.value, plan.after.value, plan.impact], [3, 6, null])
      await assert.rejects(planSetting(deps, { actor: admin, key: 'clips.count', value: 60 }), {
        code: 'settings.invalid',
      })
      assert.deepEqual(await db.select().from(settingVersions), [])
    }))
})

describe('a rollback', () => {
  test('brings an earlier value back as a new version that says so, also the state before any', () =>
    withDb(async (db) => {
      const deps = { db, config }
      for (const value of [4, 5, 6]) await change(deps, 'clips.count', value)
      const back = { actor: admin, key: 'clips.count', reason: 'was better' }
      const after = await rollbackSetting(deps, { ...back, toVersion: 1, version: 3 })
      assert.deepEqual([after.value, after.version], [4, 4])
      assert.equal((await rollbackSetting(deps, { ...back, toVersion: 0 })).value, 3)
      const [unset, rolled] = await listSettingVersions(deps, { actor: admin, key: 'clips.count' })
      assert.deepEqual([unset!.value, unset!.rolledBackTo], [null, 0])
      assert.deepEqual([rolled!.rolledBackTo, rolled!.diff], [1, ['− 6', '+ 4']])
      await assert.rejects(rollbackSetting(deps, { ...back, toVersion: 9 }), { code: 'settings.noVersion' })
      await assert.rejects(rollbackSetting(deps, { ...back, toVersion: 1, version: 1 }), {
        code: 'http.stale',
      })
    }))

  test('to a value that this release no longer takes is refused and says why', () =>
    withDb(async (db) => {
      const deps = { db, config }
      const row = { environment: 'staging' as const, workspaceId: 'ws_1', key: 'clips.count', version: 1 }
      const changed = { changedBy: 'person_0', reason: 'then', changedAt: new Date('2025-01-01') }
      await db.insert(settingVersions).values({ ...row, value: 99, ...changed })
      await change(deps, 'clips.count', 4)
      const input = { actor: admin, key: 'clips.count', toVersion: 1, reason: 'x' }
      await assert.rejects(rollbackSetting(deps, input), {
        code: 'settings.schemaChanged',
        message: /must be 10 or less today/,
      })
      assert.equal(await readSetting(deps, 'ws_1', 'clips.count'), 4)
    }))
})

describe('the variables of settings', () => {
  test('are one per setting, and no two are the same', () => {
    const names = settingKeys.map(variableOf)
    assert.equal(new Set(names).size, names.length)
    assert.equal(variableOf('clips.minMs'), 'CREATOROPS_SETTING_CLIPS_MIN_MS')
    assert.equal(variableOf('workspace.quotaBytes'), 'CREATOROPS_QUOTA_BYTES')
  })

  test('are refused at the start when they are of no setting or no value, naming the nearest', () => {
    const refused = (settingVariables: Record<string, string>, message: RegExp) =>
      assert.throws(() => assertSettingVariables({ ...config, settingVariables }), {
        code: 'settings.badVariable',
        message,
      })
    refused({ CREATOROPS_SETTING_CLIP_COUNT: '3' }, /did you mean CREATOROPS_SETTING_CLIPS_COUNT\?/)
    refused({ CREATOROPS_SETTING_CLIPS_COUNT: 'many' }, /CLIPS_COUNT must be a number, not "many"/)
    refused({ CREATOROPS_SETTING_CLIPS_COUNT: '11' }, /must be 10 or less/)
    assertSettingVariables({ ...config, settingVariables: { CREATOROPS_SETTING_CLIPS_COUNT: '5' } })
  })
})
