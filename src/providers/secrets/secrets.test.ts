import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { freshDb, type FreshDb, withDb } from '../../platform/db/test-db.ts'
import { startSecretsServer, type SecretsServer } from '../../../test/servers/secrets-server.ts'
import { awsSecrets } from './aws.ts'
import { secretsContract } from './contract.ts'
import { environmentKeys, fileKeys } from './local-key-ring.ts'
import { localSecrets } from './local.ts'
import { openSecrets } from './open-secrets.ts'
import { sealedSecrets } from './schema.ts'

const keyA = 'a'.repeat(40)
const keyB = 'b'.repeat(40)

describe('local', () => {
  let database: FreshDb
  before(async () => {
    database = await freshDb()
  })
  after(() => database.close())
  secretsContract('local', () => localSecrets({ db: database.db, ring: environmentKeys(keyA) }))
})

describe('the envelope of a local secret', () => {
  test('shows nothing of the value, and opens with no other key and in no other row', () =>
    withDb(async (db) => {
      const store = localSecrets({ db, ring: environmentKeys(keyA) })
      await store.put('x/one', 'canary-value')
      await store.put('x/two', 'another-value')
      assert.doesNotMatch(JSON.stringify(await db.select().from(sealedSecrets)), /canary|another/)
      const other = localSecrets({ db, ring: environmentKeys(keyB) })
      await assert.rejects(other.get('x/one'), { code: 'secrets.unreadable' })
      const rows = await db.select().from(sealedSecrets)
      const two = rows.find(({ name }) => name === 'x/two')!
      await db.update(sealedSecrets).set({ wrappedKey: two.wrappedKey, sealedValue: two.sealedValue })
      await assert.rejects(store.get('x/one'), (error) => {
        assert.equal((error as { code: string }).code, 'secrets.unreadable')
        assert.doesNotMatch(String(error), /canary|another/)
        return true
      })
      assert.equal((await store.get('x/two'))?.value, 'another-value')
    }))

  test('is wrapped anew when the key is rotated: the value stays as it was, and the old key can go', () =>
    withDb(async (db) => {
      const old = localSecrets({ db, ring: environmentKeys(keyA) })
      await old.put('x/one', 'first')
      await old.put('x/one', 'second')
      const before = await db.select().from(sealedSecrets)
      const both = localSecrets({ db, ring: environmentKeys(`${keyB}, ${keyA}`) })
      assert.equal((await both.get('x/one'))?.value, 'second', 'readable before it is rotated')
      assert.equal(await both.rotateKey(), 1)
      assert.equal(await both.rotateKey(), 0)
      const after = await db.select().from(sealedSecrets)
      assert.deepEqual(
        after.map((row) => row.sealedValue).sort(),
        before.map((row) => row.sealedValue).sort(),
      )
      const fresh = localSecrets({ db, ring: environmentKeys(keyB) })
      assert.equal((await fresh.get('x/one'))?.value, 'second')
      assert.equal((await fresh.get('x/one', 'previous'))?.value, 'first')
      await assert.rejects(old.get('x/one'), { code: 'secrets.unreadable' })
    }))
})

describe('the key in a file', () => {
  function inHome(fn: (home: string, path: string) => Promise<void> | void) {
    const home = mkdtempSync(join(tmpdir(), 'creatorops-keys-'))
    return Promise.resolve(fn(home, join(home, 'secrets.key'))).finally(() =>
      rmSync(home, { recursive: true }),
    )
  }

  test('is made on first use for its owner alone, and is the same for all who start at once', () =>
    inHome((home, path) => {
      const [one, two] = [fileKeys(home), fileKeys(home)]
      assert.equal(statSync(path, { throwIfNoEntry: false }), undefined)
      assert.deepEqual(one.keys(), two.keys())
      assert.equal(statSync(path).mode & 0o777, 0o600)
    }))

  test('is refused when others can read it, or when it is no key', () =>
    inHome((home, path) => {
      fileKeys(home).keys()
      chmodSync(path, 0o640)
      assert.throws(() => fileKeys(home).keys(), { code: 'secrets.keyExposed', message: /mode 640/ })
      chmodSync(path, 0o600)
      writeFileSync(path, 'short\n')
      assert.throws(() => fileKeys(home).keys(), { code: 'secrets.unreadable' })
    }))

  test('is renewed by a rotation, and the old one is gone after it', () =>
    inHome((home, path) =>
      withDb(async (db) => {
        const store = openSecrets({ secretsUrl: 'local', home, db })
        await store.put('x/one', 'kept')
        const before = readFileSync(path, 'utf8')
        assert.equal(await store.rotateKey(), 1)
        const after = readFileSync(path, 'utf8')
        assert.notEqual(after, before)
        assert.equal(after.trim().split('\n').length, 1)
        assert.equal((await store.get('x/one'))?.value, 'kept')
        assert.equal(statSync(path).mode & 0o777, 0o600)
      }),
    ))
})

describe('aws', () => {
  let server: SecretsServer
  before(async () => {
    server = await startSecretsServer()
  })
  after(() => server.close())
  const make = () =>
    awsSecrets({
      region: 'eu-central-1',
      endpoint: server.endpoint,
      credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
    })
  secretsContract('AWS Secrets Manager', make)

  test('is tried again when it is throttled, fails or hangs up, and gives up as busy', async () => {
    const store = make()
    await store.put('faults/one', 'a')
    server.faults.push(
      { status: 400, type: 'ThrottlingException' },
      { status: 500, type: 'InternalServiceError' },
    )
    assert.equal((await store.get('faults/one'))?.value, 'a')
    server.faults.push({ cut: true })
    assert.equal((await store.get('faults/one'))?.value, 'a')
    for (let n = 0; n < 3; n++) server.faults.push({ status: 500, type: 'InternalServiceError' })
    await assert.rejects(store.get('faults/one'), { code: 'secrets.busy' })
  })

  test('that refuses is told apart from one that is busy, and its words hold no value', async () => {
    const store = make()
    const cases = [
      [{ status: 400, type: 'AccessDeniedException' }, 'secrets.denied'],
      [{ status: 400, type: 'DecryptionFailure' }, 'secrets.unreadable'],
      [{ status: 400, type: 'InvalidParameterException' }, 'secrets.rejected'],
      [{ body: '<html>', contentType: 'text/html' }, 'secrets.rejected'],
    ] as const
    for (const [fault, code] of cases) {
      server.faults.push(fault)
      await assert.rejects(store.put('faults/two', 'canary-value'), (error) => {
        assert.equal((error as { code: string }).code, code)
        assert.doesNotMatch(`${String(error)} ${JSON.stringify(error)}`, /canary/)
        return true
      })
    }
    assert.equal(server.faults.length, 0)
  })

  test('keeps its key itself', async () => {
    await assert.rejects(make().rotateKey(), { code: 'secrets.keyElsewhere' })
  })
})
