import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SpeechCache } from '../../../providers/speech/index.ts'

/** Keeps spoken sentences as files in a folder, by content. */
export function speechFiles(dir: string): SpeechCache {
  const pathOf = (key: string) => join(dir, `${key.replace(/[^A-Za-z0-9-]+/g, '-')}.speech`)
  return {
    get: (key) =>
      readFile(pathOf(key)).catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw error
      }),
    async put(key, bytes) {
      await mkdir(dir, { recursive: true })
      await writeFile(`${pathOf(key)}.partial`, bytes)
      await rename(`${pathOf(key)}.partial`, pathOf(key))
    },
  }
}
