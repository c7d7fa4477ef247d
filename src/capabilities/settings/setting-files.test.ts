import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Actor } from '../../kernel/actor.ts'
import { withDb } from '../../platform/db/test-db.ts'
import { exportSettings } from './export-settings.ts'
import { importSettings } from './import-settings.ts'
import { loadSettingFile } from './load-setting-file.ts'
import { migrateSettingFile } from './migrate-setting-file.ts'
import { parseSettingText } from './parse-setting-text.ts'
import { settingVersions } from './schema.ts'
import { readSetting, setSetting } from './index.ts'

const config = { quotaBytes: 10_000, environment: 'development' as const }
const admin: Actor = {
  kind: 'person',
  id: 'person_1',
  workspaceId: 'ws_1',
  permissions: new Set(['settings.read', 'settings.write', 'topics.write']),
}

async function inDirectories(fn: (home: string, directory: string) => Promise<void>): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'creatorops-settings-'))
  const [home, directory] = [await mkdtemp(join(root, 'home-')), await mkdtemp(join(root, 'work-'))]
  await fn(home, directory).finally(() => rm(root, { recursive: true }))
}

describe('the file with settings', () => {
  test('is found in the data directory before the working one, as YAML, JSON or TypeScript', () =>
    inDirectories(async (home, directory) => {
      const load = () => loadSettingFile({ home, directory, environment: 'production' })
      const count = async () => (await load())?.values.get('clips.count')
      assert.equal(await load(), undefined)
      await writeFile(join(directory, 'creatorops.config.json'), '{"version":2,"settings":{"clips.count":4}}')
      assert.equal(await count(), 4)
      const program = `export default { version: 2, settings: { 'clips.count': 2 + 3 } }`
      await writeFile(join(home, 'creatorops.config.ts'), program)
      assert.equal(await count(), 5)
      await writeFile(join(home, 'creatorops.config.yaml'), 'version: 2\nsettings: {}\n')
      await assert.rejects(load(), { code: 'settings.badFile', message: /both .*keep one/ })
    }))

  test('names every mistake at once, also those of other environments', () =>
    inDirectories(async (home, directory) => {
      const text = `version: 2
settings:
  clip.count: 3
  clips.minMs: soon
environments:
  production:
    clips.count: 99
topics:
  health:
    package.maxHeight: 720
`
      await writeFile(join(home, 'creatorops.config.yaml'), text)
      await assert.rejects(loadSettingFile({ home, directory, environment: 'development' }), (error) => {
        const { code, message } = error as { code: string; message: string }
        assert.equal(code, 'settings.badFile')
        assert.match(message, /no setting "clip\.count"; did you mean clips\.count\?/)
        assert.match(message, /clips\.minMs must be a number/)
        assert.match(message, /environments\.production: clips\.count must be 10 or less/)
        assert.match(message, /package\.maxHeight is the same for every topic/)
        return true
      })
    }))

  test('of an older format is refused with the command that brings it up to date', () =>
    inDirectories(async (home, directory) => {
      await writeFile(join(home, 'creatorops.config.yaml'), 'clips.count: 4\n')
      const load = () => loadSettingFile({ home, directory, environment: 'development' })
      await assert.rejects(load(), { code: 'settings.oldFile' })
    }))
})

describe('a document', () => {
  test('that grows when it is read, is deep, large, broken or says a thing twice is refused at once', () => {
    const levels = Array.from(
      { length: 12 },
      (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n}, `.repeat(9)}*l${n}]`,
    )
    const bombs = {
      aliases: ['l0: &l0 [x, x, x]', ...levels].join('\n'),
      flowDepth: `a: ${'['.repeat(5_000)}${']'.repeat(5_000)}`,
      sequenceDepth: `${'- '.repeat(5_000)}x`,
      blockDepth: Array.from({ length: 150 }, (_, n) => `${' '.repeat(n)}a:`).join('\n'),
      size: `a: "${'x'.repeat(300_000)}"`,
      twice: 'settings: {}\nsettings: {}',
      broken: 'settings: [1',
    }
    for (const [name, text] of Object.entries(bombs)) {
      assert.throws(() => parseSettingText(text, name), { code: 'settings.badFile' }, name)
    }
    assert.deepEqual(parseSettingText('a: &x [1, 2]\nb: *x', 'fine'), { a: [1, 2], b: [1, 2] })
  })
})

describe('the migration of a file', () => {
  test('brings flat files and former names up to date, keeps comments, and does nothing a second time', () => {
    const old = `# what we like
clips.count: 4 # short ones
analysis.thresholdPercent: 6
topics:
  health:
    videos.maxSeconds: 480
`
    const { text, changes } = migrateSettingFile(old, 'creatorops.config.yaml')
    assert.equal(changes.length, 4)
    assert.match(text, /# what we like/)
    assert.match(text, /clips\.count: 4 # short ones/)
    assert.deepEqual(parseSettingText(text, 'migrated'), {
      version: 2,
      settings: { 'clips.count': 4, 'analysis.silencePercent': 6 },
      topics: { health: { 'videos.maxSeconds': 480 } },
    })
    assert.deepEqual(migrateSettingFile(text, 'creatorops.config.yaml').changes, [])
    const json = migrateSettingFile('{"clips.count": 4}', 'creatorops.config.json')
    assert.deepEqual(JSON.parse(json.text), { version: 2, settings: { 'clips.count': 4 } })
  })

  test('refuses what a newer release wrote', () => {
    assert.throws(() => migrateSettingFile('version: 3\n', 'x.yaml'), { code: 'settings.badFile' })
  })
})

describe('export and import', () => {
  test('carry what a workspace and its topics have set to another one', () =>
    withDb(async (db) => {
      const deps = { db, config }
      const set = (key: string, value: unknown, topic?: string) =>
        setSetting(deps, { actor: admin, key, value, reason: 'x', topic })
      await set('clips.count', 5)
      await set('clips.maxMs', 90_000)
      await set('speech.voice', 'offline:slt', 'tourism')
      await set('clips.minMs', 20_000)
      await set('clips.minMs', null)
      const text = await exportSettings(deps, { actor: admin })
      const other = { ...admin, workspaceId: 'ws_2' }
      const input = { actor: other, text, reason: 'as in the other one', isDryRun: false }
      const tried = await importSettings(deps, { ...input, isDryRun: true })
      assert.equal(await readSetting(deps, 'ws_2', 'clips.count'), 3)
      const done = await importSettings(deps, input)
      assert.deepEqual(done.changes, tried.changes)
      assert.deepEqual(
        done.changes.map(({ key, topic, diff }) => [key, topic, diff]),
        [
          ['clips.count', null, ['+ 5']],
          ['clips.maxMs', null, ['+ 90000']],
          ['speech.voice', 'tourism', ['+ "offline:slt"']],
        ],
      )
      assert.equal(await readSetting(deps, 'ws_2', 'speech.voice', { topic: 'tourism' }), 'offline:slt')
      assert.deepEqual((await importSettings(deps, input)).changes, [], 'a second time changes nothing')
      assert.equal(await exportSettings(deps, { actor: other }), text)
    }))

  test('change all or nothing, and judge limits together', () =>
    withDb(async (db) => {
      const deps = { db, config }
      const bring = (text: string) =>
        importSettings(deps, { actor: admin, text, reason: 'x', isDryRun: false })
      const document = (settings: object) => JSON.stringify({ version: 2, settings })
      await bring(document({ 'clips.minMs': 70_000, 'clips.maxMs': 80_000 }))
      await assert.rejects(bring(document({ 'clips.count': 4, 'clips.minMs': 90_000 })), {
        code: 'settings.invalid',
      })
      await assert.rejects(bring(document({ 'clips.count': 4, 'workspace.quotaBytes': 20_000 })), {
        code: 'settings.invalid',
      })
      assert.equal((await db.select().from(settingVersions)).length, 2)
    }))
})
