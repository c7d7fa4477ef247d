import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { needOf, type Route, routesOf, type Schema } from '../test/fixtures/route-needs.ts'
import { createApp } from './app.ts'
import { createAssetFromFile } from './capabilities/assets/index.ts'
import { ensureLocalKey, ensureOwner, permissionsOf, roles } from './capabilities/identity/index.ts'
import { keepPackageKey } from './capabilities/media/packaging/package-key.ts'
import { notify } from './capabilities/notifications/index.ts'
import { systemActor } from './kernel/actor.ts'
import { readConfig } from './platform/config/config.ts'
import { type FreshDb, freshDb } from './platform/db/test-db.ts'
import { createMediaEngine } from './platform/ffmpeg/engine.ts'
import { silentLog } from './platform/log/log.ts'
import { openStorage } from './providers/storage/index.ts'

type Caller = { name: string; headers: Record<string, string>; may: (permission: string) => boolean }

const pass = 'correct horse battery'
const json = { 'content-type': 'application/json' }
const origin = 'http://localhost:4000'
const theirBudget = { scope: 'workspace', period: 'month', limitMicros: 1 }
const theirPrice = { item: 'x', unit: 'calls', costMicros: 1, source: 'a test' }

describe('authorization', () => {
  let fresh: FreshDb
  let home = ''
  let http: ReturnType<typeof createApp>['http']
  let uploads: ReturnType<typeof createApp>['uploads']
  let routes: Route[] = []
  let schemas: Record<string, Schema> = {}
  const callers: Caller[] = []
  let ownWorkspace = ''
  /** Things of the other workspace, by the name of the parameter that would name them. */
  const foreign: Record<string, string> = {}

  async function send(method: string, path: string, headers: Record<string, string>, body?: unknown) {
    const init = { method, headers: body === undefined ? headers : { ...json, ...headers } }
    const answer = await http.request(`${origin}${path}`, {
      ...init,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const isEndless = answer.headers.get('content-type')?.startsWith('text/event-stream')
    if (isEndless) await answer.body?.cancel()
    const text = isEndless ? '' : await answer.text()
    return { status: answer.status, text, headers: answer.headers }
  }
  async function put(path: string, headers: Record<string, string>, body: unknown) {
    const { status, text } = await send('PUT', `/api/v1${path}`, headers, body)
    assert.equal(status, 200, text)
    return JSON.parse(text)
  }
  async function make(path: string, headers: Record<string, string>, body?: unknown) {
    const { status, text } = await send('POST', `/api/v1${path}`, headers, body)
    assert.ok(status < 300, `${path} answered ${status} ${text}`)
    return JSON.parse(text)
  }

  before(async () => {
    fresh = await freshDb()
    home = await mkdtemp(join(tmpdir(), 'authorization-'))
    const { db } = fresh
    const log = silentLog()
    const storage = openStorage(undefined, home)
    const yes = async () => true
    const config = {
      ...readConfig({}),
      home,
      publicUrl: origin,
      secret: 's'.repeat(40),
      rateLimitPerMinute: 1e6,
    }
    const app = createApp({
      config,
      version: '0',
      log,
      db,
      databaseUrl: fresh.url,
      storage,
      mediaEngine: createMediaEngine({ log }),
      events: { subscribe: () => () => undefined, ready: Promise.resolve(), close: async () => undefined },
      probes: { database: yes, engine: yes, worker: yes },
      prometheusText: async () => '',
      stopping: new AbortController().signal,
    })
    http = app.http
    uploads = app.uploads
    const document = JSON.parse(await readFile(new URL('../openapi.json', import.meta.url), 'utf8'))
    schemas = document.components.schemas
    routes = routesOf(document)

    await ensureOwner({ db, now: () => new Date() }, { email: 'owner@example.com', password: pass })
    const { apiKey, workspaceId } = await ensureLocalKey({ db })
    const theirs = { authorization: `Bearer ${apiKey}` }
    const path = join(home, 'talk.mp4')
    await writeFile(path, 'not looked at here')
    const actor = systemActor('test', workspaceId)
    const deps = { db, storage, secret: config.secret, quotaBytes: () => 1e9 }
    const asset = await createAssetFromFile(deps, { actor, path, name: 'talk.mp4', kind: 'recording' })
    const clip = await make('/clips', theirs, { assetId: asset.id, startMs: 0, endMs: 1000 })
    const production = await make('/productions', theirs, { assetId: asset.id })
    const rendition = await make('/renditions', theirs, { assetId: asset.id, preset: 'youtube' })
    const lockOf = { workspaceId, assetId: asset.id, optionsHash: 'x' }
    const { keyUri } = await keepPackageKey({ db, secret: config.secret }, lockOf)
    const begun = await send('POST', '/api/v1/uploads', {
      ...theirs,
      'tus-resumable': '1.0.0',
      'upload-length': '100',
      'upload-metadata': `filename ${Buffer.from('a.mp4').toString('base64')}`,
    })
    Object.assign(foreign, {
      workspaceId,
      assetId: asset.id,
      clipId: clip.id,
      productionId: production.id,
      renditionId: rendition.id,
      transcriptId: (await make(`/assets/${asset.id}/transcripts`, theirs, {})).id,
      keyId: keyUri.split(/[/?]/)[4],
      runId: production.runId,
      draftId: (await make('/drafts', theirs, { title: 'Theirs' })).id,
      webhookId: (await make('/webhooks', theirs, { url: 'https://example.com/hook' })).id,
      uploadId: begun.headers.get('location')?.split('/').at(-1),
      notificationId: await notify(db, { workspaceId, kind: 'x', title: 'Theirs', subjectId: 'x' }),
      apiKeyId: (await make('/api-keys', theirs, { name: 'x', scopes: ['costs.read'] })).id,
      invitationId: (await make('/invitations', theirs, { email: 'a@example.com', role: 'viewer' })).id,
      budgetId: (await put('/costs/budgets', theirs, theirBudget)).id,
      priceId: (await put('/costs/prices', theirs, theirPrice)).id,
      topic: (await make('/topics', theirs, { profile: { name: 'Their topic' } }))['topic'],
      stitchId: (
        await make('/clips/stitches', theirs, { parts: [{ assetId: asset.id, startMs: 0, endMs: 1000 }] })
      ).id,
      ruleId: (await make('/clips/rules', theirs, { name: 'Their rule' })).id,
      batchId: (
        await make('/clips/batches', theirs, { clips: [{ assetId: asset.id, startMs: 0, endMs: 1000 }] })
      ).id,
    })
    assert.ok(foreign['uploadId'])
    const secret = await send(
      'PUT',
      '/api/v1/secrets/their.secret',
      { ...theirs, ...json },
      { value: 'theirs' },
    )
    assert.equal(secret.status, 200)

    const owner = await signIn('owner@example.com')
    ownWorkspace = (await make('/workspaces', owner, { name: 'Ours' })).id
    const members = await send('GET', `/api/v1/workspaces/${workspaceId}/members`, owner)
    foreign['ownerId'] = JSON.parse(members.text).items[0].personId
    for (const role of roles) {
      const email = `${role}@our.example.com`
      const invited = await make(
        '/invitations',
        { ...owner, 'x-workspace-id': ownWorkspace },
        { email, role },
      )
      const token = String(invited.url).split('/').at(-1)
      await make(`/invitations/by-token/${token}/sign-up`, {}, { name: role, password: pass })
      const headers = await signIn(email)
      callers.push({ name: role, headers, may: (permission) => permissionsOf(role).has(permission as never) })
    }
    const left = `/api/v1/workspaces/${ownWorkspace}/members/${foreign['ownerId']}`
    assert.equal((await send('DELETE', left, owner)).status, 204)
    const own = callers[0]!.headers
    const narrow = await make('/api-keys', own, { name: 'narrow', scopes: ['costs.read'] })
    callers.push({
      name: 'a key for costs only',
      headers: { authorization: `Bearer ${narrow.key}` },
      may: (permission) => permission === 'costs.read',
    })
  })
  after(async () => {
    await uploads.close()
    await fresh.close()
    await rm(home, { recursive: true, force: true })
  })

  async function signIn(email: string): Promise<Record<string, string>> {
    const answer = await http.request(`${origin}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ email, password: pass }),
    })
    assert.equal(answer.status, 200)
    const cookie = answer.headers.getSetCookie().map((line) => line.split(';')[0])
    return { cookie: cookie.join('; '), origin }
  }

  /** The request that a route asks for, with every id being one of the other workspace. */
  function requestOf(route: Route, workspaceId: string) {
    const ids: Record<string, string> = {
      ...foreign,
      personId: foreign['ownerId']!,
      deliveryId: 'delivery_x',
      modelId: 'nobodys:model',
      token: 'x'.repeat(43),
      key: 'clips.count',
      name: 'their.secret',
      destination: 'x',
      id: route.path.startsWith('/workspaces')
        ? workspaceId
        : foreign[route.path.startsWith('/api-keys') ? 'apiKeyId' : 'invitationId']!,
    }
    const path = route.path.replace(/\{(\w+)\}/g, (_all, name: string) => {
      assert.ok(ids[name], `${route.path}: this test has no ${name} of another workspace`)
      return ids[name]
    })
    const query = route.needsQuery.map((name) => `${name}=edl`).join('&')
    // A wrong password would lock the account; an empty body is refused all the same.
    const body = route.path === '/me/password' ? {} : route.body && sampleOf(route.body)
    return { path: `/api/v1${path}${query && `?${query}`}`, body }
  }

  function sampleOf(given: Schema, name = ''): unknown {
    const ref = given['$ref'] as string | undefined
    const schema = ref ? schemas[ref.split('/').at(-1)!]! : given
    if (foreign[name]) return foreign[name]
    if (name === 'assetIds') return [foreign['assetId']]
    if (name === 'email') return 'someone@example.com'
    if (name === 'url') return 'https://example.com/hook'
    if (name === 'expiresAt') return '2030-01-01T00:00:00Z'
    if (name === 'role') return 'viewer'
    if (name === 'scopes') return ['costs.read']
    if (name === 'endMs') return 1000
    if (schema.enum) return schema.enum[0]
    const type = [schema['type']].flat()[0]
    if (type === 'object') {
      const entries = Object.entries(schema.properties ?? {})
      return Object.fromEntries(entries.map(([key, inner]) => [key, sampleOf(inner, key)]))
    }
    if (type === 'array') return [sampleOf(schema.items ?? {})]
    if (type === 'number' || type === 'integer') return schema['minimum'] ?? 1
    if (type === 'boolean') return true
    return 'long enough text'
  }

  const ifMatch = { 'if-match': '"v1"' }

  test('every route refuses who may not use it, and nobody else', async () => {
    for (const route of routes) {
      const need = needOf(route)
      for (const { name, headers, may } of callers) {
        const { path, body } = requestOf(route, ownWorkspace)
        const { status, text } = await send(route.method, path, { ...ifMatch, ...headers }, body)
        const isAllowed = need === 'anyone' || need === 'signedIn' || may(need)
        const told = `${name}: ${route.method} ${route.path} (${need}) answered ${status} ${text.slice(0, 200)}`
        // A key is no person and accepts no invitation.
        if (!isAllowed) assert.equal(status, 403, told)
        else if (!route.path.endsWith('/accept'))
          assert.ok(status !== 401 && status !== 403 && status < 500, told)
      }
      const { path, body } = requestOf(route, ownWorkspace)
      const { status } = await send(route.method, path, ifMatch, body)
      if (need !== 'anyone') assert.equal(status, 401, `nobody: ${route.method} ${route.path}`)
    }
  })

  test('viewers change nothing but what is their own', () => {
    const viewer = permissionsOf('viewer')
    const changes = routes.filter(({ method }) => method !== 'GET' && method !== 'HEAD')
    const open = changes.filter((route) => viewer.has(needOf(route) as never))
    // These only work something out from what is sent with them.
    const workingOut = [
      'POST /costs/estimates',
      'POST /flags/{key}/evaluate',
      'POST /prompts/{key}/preview',
      'POST /text-checks',
      'POST /videos/storyboard-checks',
    ]
    assert.deepEqual(
      open.map(({ method, path }) => `${method} ${path}`).filter((route) => !workingOut.includes(route)),
      ['POST /notifications/read-all', 'POST /notifications/{notificationId}/read'],
    )
  })

  test('nothing of another workspace can be read, changed or pointed at, by any role', async () => {
    const secrets = Object.values(foreign)
    for (const route of routes.filter((each) => needOf(each) !== 'anyone')) {
      const { path, body } = requestOf(route, foreign['workspaceId']!)
      const sent = `${path} ${JSON.stringify(body ?? '')}`
      const named = secrets.filter((id) => sent.includes(id))
      for (const { name, headers } of callers) {
        const { status, text } = await send(route.method, path, { ...ifMatch, ...headers }, body)
        const told = `${name}: ${route.method} ${route.path} answered ${status} ${text.slice(0, 200)}`
        if (named.length > 0) assert.ok(status >= 400 && status < 500, told)
        // Our trail still tells who made the workspace.
        const hidden = secrets.filter((id) => id !== foreign['ownerId'])
        for (const id of hidden) if (!named.includes(id)) assert.ok(!text.includes(id), `${id}: ${told}`)
        const there = { ...headers, 'x-workspace-id': foreign['workspaceId']! }
        if (route.method === 'GET') assert.equal((await send('GET', path, there)).status, 404, told)
      }
    }
  })
})
