import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { PreviousUpload, UrlStorage } from 'tus-js-client'

type Stored = Record<string, PreviousUpload>

const maxAgeMs = 7 * 24 * 3_600_000

/**
 * Addresses of unfinished uploads in a JSON file that only its owner can read, so that a later command continues
 * them. Losing an entry (two commands writing at once) costs a repeated upload, nothing else.
 */
export function resumeStore(path: string): UrlStorage {
  const find = (matches: (key: string) => boolean) =>
    Object.entries(read(path))
      .filter(([key]) => matches(key))
      .map(([key, upload]) => ({ ...upload, urlStorageKey: key }))
  return {
    findAllUploads: async () => find(() => true),
    findUploadsByFingerprint: async (fingerprint) => find((key) => key.startsWith(`${fingerprint}::`)),
    removeUpload: async (key) => {
      const { [key]: _removed, ...rest } = read(path)
      write(path, rest)
    },
    addUpload: async (fingerprint, upload) => {
      const key = `${fingerprint}::${Date.now()}`
      write(path, { ...read(path), [key]: upload })
      return key
    },
  }
}

function read(path: string): Stored {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
    const stored = JSON.parse(text) as Stored
    const oldest = Date.now() - maxAgeMs
    return Object.fromEntries(
      Object.entries(stored).filter(([, item]) => Date.parse(item.creationTime) > oldest),
    )
  } catch {
    // Missing or damaged: then nothing can be resumed.
    return {}
  }
}

function write(path: string, stored: Stored): void {
  if (Object.keys(stored).length === 0) return rmSync(path, { force: true })
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, JSON.stringify(stored), { mode: 0o600 })
  renameSync(draft, path)
}
