import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as waitMs } from 'node:timers/promises'
import { sweepAssets } from '../../src/capabilities/assets/index.ts'
import { openDb } from '../../src/platform/db/client.ts'
import { socketUrl } from '../../src/platform/db/socket.ts'
import { openStorage } from '../../src/providers/storage/index.ts'
import type { Production } from '../../src/capabilities/productions/index.ts'
import { serversOf } from './processes.ts'
import { clientOf, startOn, storedFiles } from './produce.ts'
import { startApp, type TestApp } from './start-app.ts'
import { smallRecording } from './small-recording.ts'

export type ChaosOptions = {
  runs: number
  /** Makes the same choices again. */
  seed: number
  say?: (line: string) => void
}

export type ChaosRun = {
  victim: 'worker' | 'engine'
  afterMs: number
  state: string
  /** Code and message of the failure, when it failed. */
  error: string | null
  clips: number
  drafts: number
  tookMs: number
}

export type ChaosReport = {
  runs: ChaosRun[]
  /** Effects in the counter table, and how many of them were not applied exactly once. */
  effects: number
  effectsNotOnce: number
  /**
   * Files in the data directory that no row knows, and stored clips that no clip uses, after the clean-up that the
   * product does by itself a day later: what a crash leaves between storing and knowing is written down before it is
   * stored, and is no orphan.
   */
  orphanFiles: string[]
  /** How many such unfinished stores the clean-up removed. */
  swept: number
  /** Things that exist twice: clips or drafts of one production, analyses or packages of one recording. */
  doubled: string[]
}

/**
 * Runs the main job again and again, each time killing (-9) the worker or the engine at a random moment, and looks
 * at what is left: did all end well, was each effect applied once, is there a file that nobody knows?
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const say = options.say ?? (() => undefined)
  const random = seeded(options.seed)
  let app = await startApp()
  try {
    const usualMs = (await produce(app, 0, async () => app)).tookMs
    say(`without a kill the job takes ${(usualMs / 1000).toFixed(1)} s`)
    const runs: ChaosRun[] = []
    for (let index = 0; index < options.runs; index++) {
      const victim = random() < 0.5 ? 'worker' : 'engine'
      const afterMs = Math.round(random() * usualMs)
      const outcome = await produce(app, index + 1, async () => {
        await waitMs(afterMs)
        app = await kill(app, victim)
        return app
      })
      runs.push({ victim, afterMs, ...outcome })
      say(
        `run ${index + 1}: ${victim} killed after ${afterMs} ms, ${outcome.state}${outcome.error ? ` (${outcome.error})` : ''} in ${(outcome.tookMs / 1000).toFixed(1)} s`,
      )
    }
    return { runs, ...(await inspect(app)) }
  } finally {
    await app.stop()
  }
}

type Outcome = Pick<ChaosRun, 'state' | 'error' | 'clips' | 'drafts' | 'tookMs'>

/** One production of new content, disturbed by `disturb`, which gives the application that answers afterwards. */
async function produce(app: TestApp, index: number, disturb: () => Promise<TestApp>): Promise<Outcome> {
  // Not only other bytes: clips and packages of it are new as well, or the product would know them already.
  const recording = await smallRecording(app.home, index % 256)
  const startedAt = performance.now()
  const { id } = await startOn(clientOf(app), recording)
  await rm(recording)
  const after = await disturb()
  const deadline = Date.now() + 120_000
  for (;;) {
    const answer = await after.api(`/productions/${id}`)
    const production = (await answer.json()) as Pick<Production, 'state' | 'error' | 'clips' | 'drafts'>
    const isOver = ['succeeded', 'failed', 'cancelled'].includes(production.state)
    if (isOver || Date.now() > deadline) {
      const { state, error, clips, drafts } = production
      return {
        state,
        error: error && `${error.code}: ${error.message}`,
        clips: clips.length,
        drafts: drafts.length,
        tookMs: Math.round(performance.now() - startedAt),
      }
    }
    await waitMs(100)
  }
}

async function kill(app: TestApp, victim: 'worker' | 'engine'): Promise<TestApp> {
  if (victim === 'engine') {
    process.kill(serversOf(app.home).engine, 'SIGKILL')
    return app
  }
  await app.shutDown('SIGKILL')
  return app.restart()
}

async function inspect(app: TestApp): Promise<Omit<ChaosReport, 'runs'>> {
  const { db, pool, close } = openDb(socketUrl(join(app.home, 'db'), 'creatorops'))
  const rows = async <Row extends object>(text: string) => (await pool.query<Row>(text)).rows
  try {
    const [counts] = await rows<{ effects: number; wrong: number }>(
      'select count(*)::int as effects, (count(*) filter (where applied <> 1))::int as wrong from run_effects',
    )
    const doubled = await rows<{ what: string }>(`
      select 'clips of ' || run_id as what from clips group by run_id, start_ms, end_ms having count(*) > 1
      union all
      select 'drafts of ' || origin from drafts where origin is not null group by origin having count(*) > 1
      union all
      select kind || ' of ' || asset_id from asset_derived group by asset_id, kind having count(*) > 1`)
    const storage = openStorage(undefined, app.home)
    await storage.abortStaleUploads(0)
    const swept = await sweepAssets({ db, storage }, { includeIntents: true })
    const known = await rows<{ key: string }>(
      'select storage_key as key from assets union all select prefix from asset_derived',
    )
    const unused = await rows<{ what: string }>(`
      select 'unused ' || kind || ' ' || id as what from assets
      where kind <> 'recording' and deleted_at is null
        and id not in (select file_asset_id from clips where file_asset_id is not null)
        and id not in (select thumbnail_asset_id from clips where thumbnail_asset_id is not null)`)
    const keys = known.map(({ key }) => key)
    return {
      effects: counts!.effects,
      effectsNotOnce: counts!.wrong,
      doubled: doubled.map(({ what }) => what),
      orphanFiles: [...orphans(app.home, keys), ...unused.map(({ what }) => what)],
      swept,
    }
  } finally {
    await close()
  }
}

function orphans(home: string, keys: string[]): string[] {
  const isKnown = (name: string) =>
    keys.some((key) => (key.endsWith('/') ? name.startsWith(key) : name === key))
  return storedFiles(home).filter((name) => {
    const key = name.replace(/^objects\//, '').replace(/^\.meta\/(.*)\.json$/, '$1')
    return !isKnown(key)
  })
}

/** mulberry32: small, and good enough to choose moments. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
