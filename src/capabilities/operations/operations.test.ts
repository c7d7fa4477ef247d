import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { Hono } from 'hono'
import type { Actor } from '../../kernel/actor.ts'
import { type Environment, readConfig } from '../../platform/config/config.ts'
import type { HttpEnv } from '../../platform/http/http-env.ts'
import { answerError } from '../../platform/http/problem.ts'
import { silentLog } from '../../platform/log/log.ts'
import { checkReadiness, doctorText, operationRoutes, type Probe, runDoctor } from './index.ts'
import { checkNode, checkPort } from './machine-checks.ts'
import { checkMedia } from './part-checks.ts'

const wholeEngine = {
  name: 'test',
  version: '8.0',
  encoders: [
    'libx264',
    'aac',
    'mjpeg',
    'libx265',
    'libvpx-vp9',
    'libsvtav1',
    'prores_ks',
    'dnxhd',
    'libopus',
  ],
  decoders: [],
  filters:
    'scale fps tile transpose scdet signalstats blurdetect ebur128 aresample zscale tonemap loudnorm subtitles drawtext xfade'.split(
      ' ',
    ),
}

const doctor = (env: Environment, more: Partial<Parameters<typeof runDoctor>[0]> = {}) =>
  runDoctor({
    readConfig: () => readConfig(env),
    describeMedia: async () => wholeEngine,
    version: '1.2.3',
    path: '',
    ...more,
  })

describe('the doctor', () => {
  test('finds everything required on a machine where npm ci has run', async () => {
    const report = await doctor({ CREATOROPS_PORT: '0' })
    assert.equal(report.isReady, true, doctorText(report))
    const found = Object.fromEntries(report.checks.map((check) => [check.name, check]))
    assert.match(found['Restate']!.found, /^\d+\.\d+/)
    assert.match(found['PostgreSQL']!.found, /^18\./)
    assert.equal(found['pocketsphinx']?.state, 'warning')
    assert.match(found['pocketsphinx']?.fix ?? '', /apt-get install/)
  })

  test('looks at everything although the configuration is wrong, and says what is wrong', async () => {
    const report = await doctor({ CREATOROPS_PROT: '1' })
    assert.equal(report.isReady, false)
    const configuration = report.checks.find((check) => check.name === 'Configuration')
    assert.match(configuration?.found ?? '', /did you mean CREATOROPS_PORT/)
    assert.ok(report.checks.length > 10)
  })

  test('is not ready without a media engine, and goes on', async () => {
    const describeMedia = () => Promise.reject(new Error('libav is broken\nstack'))
    const report = await doctor({ CREATOROPS_PORT: '0' }, { describeMedia })
    const media = report.checks.find((check) => check.name === 'FFmpeg')
    assert.deepEqual([report.isReady, media?.state, media?.found], [false, 'missing', 'libav is broken'])
  })

  test('tells apart an engine that lacks what is needed and one that lacks what is nice', async () => {
    const without = (name: string) => ({
      ...wholeEngine,
      encoders: wholeEngine.encoders.filter((encoder) => encoder !== name),
    })
    assert.equal((await checkMedia(async () => wholeEngine)).state, 'ok')
    assert.equal((await checkMedia(async () => without('prores_ks'))).state, 'warning')
    const missing = await checkMedia(async () => without('libx264'))
    assert.equal(missing.state, 'missing')
    assert.match(missing.found, /lacks libx264/)
  })

  test('finds a program on the PATH only when it can be run', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'creatorops-doctor-'))
    try {
      const file = join(dir, 'pocketsphinx_batch')
      await writeFile(file, '#!/bin/sh\n')
      const stateOf = async () =>
        (await doctor({ CREATOROPS_PORT: '0' }, { path: `/nowhere:${dir}` })).checks.find(
          (check) => check.name === 'pocketsphinx',
        )?.state
      assert.equal(await stateOf(), 'warning')
      await chmod(file, 0o755)
      assert.equal(await stateOf(), 'ok')
    } finally {
      await rm(dir, { recursive: true })
    }
  })

  test('says that a configured server does not answer', async () => {
    const report = await doctor({
      CREATOROPS_PORT: '0',
      DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x',
      RESTATE_URL: 'http://127.0.0.1:1',
      RESTATE_ADMIN_URL: 'http://127.0.0.1:1',
    })
    const states = report.checks
      .filter((check) => /Restate|PostgreSQL/.test(check.name))
      .map((check) => check.state)
    assert.deepEqual(states, ['missing', 'missing'])
    assert.doesNotMatch(JSON.stringify(report), /hunter2/)
  })

  test('knows an old Node', async () => {
    assert.equal((await checkNode('22.1.0')).state, 'missing')
    assert.equal((await checkNode('24.0.0')).state, 'ok')
  })

  test('knows a port that another program uses from one where we are running', async () => {
    let body = '<html>'
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(body)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    try {
      assert.equal((await checkPort('127.0.0.1', port)).state, 'missing')
      body = '{"product":"creatorops"}'
      assert.equal((await checkPort('127.0.0.1', port)).state, 'ok')
    } finally {
      server.closeAllConnections()
      server.close()
    }
    assert.equal((await checkPort('127.0.0.1', port)).found, `${port} is free`)
  })
})

describe('readiness', () => {
  test('needs every part, and says which one is missing', async () => {
    const well: Probe = async () => true
    assert.equal((await checkReadiness({ database: well, engine: async () => undefined })).isReady, true)
    const { isReady, parts } = await checkReadiness({
      database: well,
      engine: () => Promise.reject(new Error('refused')),
      worker: async () => false,
    })
    assert.equal(isReady, false)
    assert.deepEqual(parts, {
      database: { isReady: true },
      engine: { isReady: false, because: 'refused' },
      worker: { isReady: false, because: 'not yet' },
    })
  })

  test('does not wait for a part that hangs', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const asked = checkReadiness({ database: () => new Promise(() => undefined) })
    t.mock.timers.tick(2_000)
    assert.deepEqual((await asked).parts['database'], { isReady: false, because: 'no answer within 2 s' })
  })
})

describe('the routes of operations', () => {
  const actor: Actor = { kind: 'apiKey', id: 'key_1', workspaceId: 'ws_1', permissions: new Set() }

  function appFor(address: string, options: { worker?: Probe; actor?: Actor } = {}) {
    const app = new Hono<HttpEnv>()
    app.use(async (c, next) => {
      c.set('address', address)
      c.set('log', silentLog())
      c.set('requestId', 'req_1')
      await next()
    })
    app.onError((error, c) => answerError(error, c))
    const probes = {
      database: async () => true,
      engine: async () => true,
      worker: options.worker ?? (async () => true),
    }
    const deps = {
      version: '1.2.3',
      probes,
      prometheusText: async () => 'up 1\n',
      authenticate: async () => options.actor,
    }
    return app.route('/', operationRoutes(deps))
  }

  test('say that the process lives even when it is not ready', async () => {
    const app = appFor('10.0.0.1', { worker: () => Promise.reject(new Error('secret host name')) })
    const alive = await app.request('/healthz')
    assert.deepEqual(
      [alive.status, await alive.json()],
      [200, { product: 'creatorops', isAlive: true, version: '1.2.3' }],
    )
    const ready = await app.request('/readyz')
    assert.deepEqual(
      [ready.status, await ready.json()],
      [503, { isReady: false, parts: { database: true, engine: true, worker: false } }],
    )
  })

  test('say ready when all is well', async () => {
    assert.equal((await appFor('10.0.0.1').request('/readyz')).status, 200)
  })

  test('show metrics to this machine and to whoever is signed in, not to the network', async () => {
    const local = await appFor('127.0.0.1').request('/metrics')
    assert.equal(await local.text(), 'up 1\n')
    assert.match(local.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
    assert.equal((await appFor('10.0.0.1').request('/metrics')).status, 401)
    assert.equal((await appFor('10.0.0.1', { actor }).request('/metrics')).status, 200)
    const proxied = { headers: { 'x-forwarded-for': '203.0.113.9' } }
    assert.equal((await appFor('127.0.0.1').request('/metrics', proxied)).status, 401)
  })
})
