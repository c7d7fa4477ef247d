import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { type Environment, loadConfig, readConfig } from './config.ts'
import { type Variable, variables } from './variables.ts'

const refused = (env: Environment, message: RegExp) =>
  assert.throws(() => readConfig(env), { code: 'config.invalid', message })

function withHome(fn: (home: string) => void): void {
  const home = mkdtempSync(join(tmpdir(), 'creatorops-config-'))
  try {
    fn(home)
  } finally {
    rmSync(home, { recursive: true })
  }
}

describe('the configuration', () => {
  test('needs nothing set', () => {
    const config = readConfig({})
    assert.equal(config.port, 4000)
    assert.equal(config.host, '127.0.0.1')
    assert.equal(config.publicUrl, 'http://localhost:4000')
    assert.ok(config.home.startsWith('/') && config.home.endsWith('.creatorops'))
    assert.ok(config.cpuSlots >= 2)
    assert.equal(config.databaseUrl, undefined)
    assert.equal(config.oidc, undefined)
    assert.deepEqual(config.corsOrigins, [])
  })

  test('reads what is set, in the units people write', () => {
    const config = readConfig({
      CREATOROPS_PORT: '8080',
      CREATOROPS_MAX_UPLOAD_BYTES: '500MB',
      CREATOROPS_QUOTA_BYTES: '2GiB',
      CREATOROPS_CORS_ORIGINS: 'https://a.example, http://localhost:3000/',
      CREATOROPS_TRUST_PROXY: 'on',
      DATABASE_URL: 'postgres://u:p@db.example/creatorops',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/',
    })
    assert.equal(config.publicUrl, 'http://localhost:8080')
    assert.equal(config.maxUploadBytes, 500_000_000)
    assert.equal(config.quotaBytes, 2 * 2 ** 30)
    assert.deepEqual(config.corsOrigins, ['https://a.example', 'http://localhost:3000'])
    assert.equal(config.trustProxy, true)
    assert.equal(config.otlpEndpoint, 'http://collector:4318')
  })

  test('refuses an unknown name of ours and says which one was meant', () => {
    refused(
      { CREATOROPS_PROT: '1' },
      /CREATOROPS_PROT is not a known variable; did you mean CREATOROPS_PORT\?/,
    )
    refused({ CREATOROPS_XYZZY_PLUGH: '1' }, /CREATOROPS_XYZZY_PLUGH is not a known variable\.$/)
  })

  test('takes variables of settings as they are, and short names of environments', () => {
    const config = readConfig({ CREATOROPS_SETTING_CLIPS_COUNT: '5', CREATOROPS_ENVIRONMENT: 'prod' })
    assert.deepEqual(config.settingVariables, { CREATOROPS_SETTING_CLIPS_COUNT: '5' })
    assert.equal(config.environment, 'production')
    assert.equal(readConfig({}).environment, 'development')
    refused({ CREATOROPS_ENVIRONMENT: 'moon' }, /must be development, staging or production/)
  })

  test('leaves names of others and of the tests alone', () => {
    readConfig({ PATH: '/bin', DATABASE_URI: 'x', CREATOROPS_TEST_DB_URL: 'y' })
  })

  const wrong: Array<[string, string]> = [
    ['CREATOROPS_PORT', 'http'],
    ['CREATOROPS_PORT', '65536'],
    ['CREATOROPS_PORT', '80.5'],
    ['CREATOROPS_PUBLIC_URL', 'example.com'],
    ['CREATOROPS_PUBLIC_URL', 'ftp://example.com'],
    ['CREATOROPS_CORS_ORIGINS', 'https://a.example,*'],
    ['CREATOROPS_TRUST_PROXY', 'maybe'],
    ['CREATOROPS_LOG_LEVEL', 'loud'],
    ['CREATOROPS_MAX_UPLOAD_BYTES', '-1'],
    ['CREATOROPS_MAX_UPLOAD_BYTES', 'lots'],
    ['CREATOROPS_QUOTA_BYTES', '99999TiB'],
    ['CREATOROPS_RATE_LIMIT_PER_MINUTE', '0'],
    ['CREATOROPS_OWNER_EMAIL', 'me'],
    ['CREATOROPS_DELIVERY_SECONDS', '1'],
    ['RESTATE_ADMIN_URL', 'restate'],
  ]
  for (const [name, value] of wrong) {
    test(`refuses ${name}=${value} and names the variable, the rule and the value`, () => {
      refused({ [name]: value }, new RegExp(`^${name} .+, not "${value.replace(/[*+]/g, '\\$&')}"\\.$`))
    })
  }

  test('names every problem at once', () => {
    assert.throws(
      () => readConfig({ CREATOROPS_PORT: 'x', CREATOROPS_HOTS: 'y', RESTATE_URL: 'http://r' }),
      (error) => {
        const { detail } = error as { detail: { problems: string[] } }
        assert.equal(detail.problems.length, 3)
        return true
      },
    )
  })

  test('refuses addresses of the wrong kind of server', () => {
    refused({ DATABASE_URL: 'mysql://x/y' }, /^DATABASE_URL must be a URL that starts with postgres:/)
    refused({ OBJECTS_URL: 'gs://bucket' }, /^OBJECTS_URL must be a URL that starts with s3:/)
  })

  test('never shows the value of a secret', () => {
    assert.throws(
      () => readConfig({ CREATOROPS_OWNER_PASSWORD: 'hunter2', CREATOROPS_SECRET: 'hunter2' }),
      (error) => {
        const { message, detail } = error as Error & { detail: object }
        assert.match(message, /CREATOROPS_OWNER_PASSWORD must have at least 12/)
        assert.doesNotMatch(message + JSON.stringify(detail), /hunter2/)
        return true
      },
    )
  })

  test('wants the parts of a pair together', () => {
    refused({ RESTATE_URL: 'http://r:8080' }, /RESTATE_ADMIN_URL is missing/)
    refused(
      { CREATOROPS_OIDC_ISSUER: 'https://idp.example' },
      /CLIENT_ID is missing.*CLIENT_SECRET is missing/,
    )
    const config = readConfig({
      CREATOROPS_OIDC_ISSUER: 'https://idp.example',
      CREATOROPS_OIDC_CLIENT_ID: 'id',
      CREATOROPS_OIDC_CLIENT_SECRET: 'secret',
    })
    assert.deepEqual(config.oidc, {
      id: 'oidc',
      name: 'Single sign-on',
      issuer: 'https://idp.example',
      clientId: 'id',
      clientSecret: 'secret',
    })
  })

  test('takes an empty variable for one that is not set', () => {
    assert.equal(readConfig({ CREATOROPS_PORT: '', DATABASE_URL: '' }).port, 4000)
  })

  test('has a default that its own rule takes, and a description, for every variable', () => {
    for (const row of Object.values<Variable>(variables)) {
      if (row.default !== undefined && row.default !== '')
        assert.ok(row.schema.safeParse(row.default).success, row.name)
      assert.match(row.description, /\.$|\)\.$/, row.name)
    }
  })
})

describe('the secret of an installation', () => {
  test('is made at the first start, readable by its owner alone, and stays', () => {
    withHome((home) => {
      const first = loadConfig({ CREATOROPS_HOME: join(home, 'new') })
      assert.ok(first.secret.length >= 32)
      assert.equal(statSync(join(home, 'new', 'secret')).mode & 0o777, 0o600)
      assert.equal(statSync(join(home, 'new')).mode & 0o777, 0o700)
      assert.equal(loadConfig({ CREATOROPS_HOME: join(home, 'new') }).secret, first.secret)
    })
  })

  test('is refused when others can read its file', () => {
    withHome((home) => {
      loadConfig({ CREATOROPS_HOME: home })
      for (const mode of [0o640, 0o604, 0o644]) {
        chmodSync(join(home, 'secret'), mode)
        assert.throws(() => loadConfig({ CREATOROPS_HOME: home }), { code: 'config.secretExposed' })
      }
    })
  })

  test('is refused when its file was emptied', () => {
    withHome((home) => {
      writeFileSync(join(home, 'secret'), '', { mode: 0o600 })
      assert.throws(() => loadConfig({ CREATOROPS_HOME: home }), { code: 'config.secretUnusable' })
    })
  })

  test('from the environment wins, and then no file is made', () => {
    withHome((home) => {
      const secret = 'x'.repeat(32)
      assert.equal(loadConfig({ CREATOROPS_HOME: home, CREATOROPS_SECRET: secret }).secret, secret)
      assert.throws(() => readFileSync(join(home, 'secret')), { code: 'ENOENT' })
    })
  })
})
