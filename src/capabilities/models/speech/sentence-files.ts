import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { SpeechCache } from '../../../providers/speech/index.ts'

const keptMs = 30 * 24 * 3_600_000

/**
 * Finished sentences as files of this machine, for each workspace its own. Losing them costs only speaking again.
 * A file that is used is marked as new.
 */
export function sentenceFiles(home: string, workspaceId: string): SpeechCache {
  const dir = join(home, 'speech', workspaceId)
  const pathOf = (key: string) => join(dir, `${key}.sentence`)
  return {
    async get(key) {
      const now = new Date()
      await utimes(pathOf(key), now, now).catch(ignoreMissing)
      return readFile(pathOf(key)).catch(ignoreMissing)
    },
    async put(key, bytes) {
      await mkdir(dir, { recursive: true })
      const partial = join(dir, `${key}.${randomUUID()}.partial`)
      await writeFile(partial, bytes)
      await rename(partial, pathOf(key))
    },
  }
}

/** Removes sentences that nobody used for a month, of every workspace. Returns how many. */
export async function sweepSentences(home: string, now: Date): Promise<number> {
  let removed = 0
  const root = join(home, 'speech')
  const names = (await readdir(root, { recursive: true }).catch(ignoreMissing)) ?? []
  for (const name of names.filter((one) => /\.(sentence|partial)$/.test(one))) {
    const facts = await stat(join(root, name)).catch(ignoreMissing)
    if (!facts || now.getTime() - facts.mtimeMs < keptMs) continue
    await rm(join(root, name), { force: true })
    removed += 1
  }
  return removed
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}
