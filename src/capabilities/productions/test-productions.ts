import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Actor, systemActor } from '../../kernel/actor.ts'
import { withDb } from '../../platform/db/test-db.ts'
import type { StepContext } from '../../platform/durable/index.ts'
import { applyOnce } from '../../platform/durable/run-effect.ts'
import { createLibraryEngine } from '../../platform/ffmpeg/engine.ts'
import { silentLog } from '../../platform/log/log.ts'
import { localStorage } from '../../providers/storage/index.ts'
import { createAssetFromFile } from '../assets/index.ts'
import { createFlagStore, openFlagClient } from '../flags/index.ts'
import type { ProductionDeps } from './production-deps.ts'

const mayAll = [
  'productions.read',
  'productions.write',
  'assets.read',
  'assets.write',
  'runs.read',
  'runs.write',
  'clips.read',
  'clips.write',
]

/** Who may do everything here in workspace `ws_1`. */
export const editor: Actor = {
  kind: 'person',
  id: 'person_1',
  workspaceId: 'ws_1',
  permissions: new Set(mayAll),
}

export type ProductionBench = {
  deps: ProductionDeps
  /** Stores a file; its bytes are no recording, since nothing here looks into them. */
  addFile(name: string): Promise<string>
  /** What the body of a step gets. */
  stepOf(runId: string): StepContext
}

/** A rolled-back database and a storage of its own. */
export async function withProductions(check: (bench: ProductionBench) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'productions-'))
  try {
    await withDb(async (db) => {
      const log = silentLog()
      const events = { subscribe: () => () => undefined }
      const deps = {
        db,
        flags: openFlagClient(createFlagStore({ db, log, environment: 'development', events })),
        log,
        home,
        storage: localStorage(join(home, 'objects')),
        secret: 'test',
        quotaBytes: () => 1e9,
        engine: createLibraryEngine(),
        config: {} as ProductionDeps['config'],
      }
      await check({
        deps,
        async addFile(name) {
          const path = join(home, 'given')
          await writeFile(path, `content of ${name} in ${home}`)
          return (await createAssetFromFile(deps, { actor: editor, path, name, kind: 'recording' })).id
        },
        stepOf: (runId) => ({
          runId,
          workspaceId: editor.workspaceId,
          actor: systemActor('test', editor.workspaceId),
          signal: new AbortController().signal,
          log,
          report: () => undefined,
          once: (effect, fn) => applyOnce(db, { runId, attempt: 1, effect }, fn),
        }),
      })
    })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}
