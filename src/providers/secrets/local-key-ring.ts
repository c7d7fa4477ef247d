import { createHash, randomBytes } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { secretErrors } from './errors.ts'

/** A key of the installation. `id` says which one it is and nothing about it. */
export type MasterKey = { id: string; text: string }

/** The keys that secrets may be wrapped with, the newest first. */
export type KeyRing = {
  keys(): [MasterKey, ...MasterKey[]]
  /** Puts a new key in front where the ring is ours to change; otherwise the first one is already the new one. */
  renew(): void
  /** Forgets all but the first; called when nothing is wrapped with the others any more. */
  dropOld(): void
  location: string
}

/** The keys of `CREATOROPS_SECRETS_KEY`: the newest, then former ones after commas. */
export function environmentKeys(text: string): KeyRing {
  const keys = text.split(',').map((part) => masterKey(part.trim())) as [MasterKey, ...MasterKey[]]
  return {
    keys: () => keys,
    renew: () => undefined,
    dropOld: () => undefined,
    location: 'CREATOROPS_SECRETS_KEY',
  }
}

/**
 * The keys of `<home>/secrets.key`, one a line, the newest first. Made on first use with mode 0600, and refused when
 * the group or others can read it.
 */
export function fileKeys(home: string): KeyRing {
  const path = join(home, 'secrets.key')
  const read = () => readKeys(path)
  return {
    location: path,
    keys: () => read() ?? createKeys(path),
    renew() {
      const old = read() ?? []
      replaceKeys(path, [newKey(), ...old])
    },
    dropOld() {
      const keys = read()
      if (keys) replaceKeys(path, [keys[0]])
    },
  }
}

function readKeys(path: string): [MasterKey, ...MasterKey[]] | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) return undefined
  if ((stats.mode & 0o077) !== 0) {
    const mode = (stats.mode & 0o777).toString(8)
    throw secretErrors.keyExposed(`The key of the secrets, ${path}, has mode ${mode}; it must be 600.`)
  }
  const keys = readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(masterKey)
  const [first, ...rest] = keys
  if (!first || keys.some(({ text }) => text.length < 32)) {
    throw secretErrors.unreadable(`The key of the secrets, ${path}, is empty or too short.`)
  }
  return [first, ...rest]
}

function createKeys(path: string): [MasterKey, ...MasterKey[]] {
  const draft = writeDraft(path, [newKey()])
  try {
    // A link, unlike a rename, fails when another process was first; then its key is the one.
    linkSync(draft, path)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
  } finally {
    rmSync(draft, { force: true })
  }
  const keys = readKeys(path)
  if (!keys) throw secretErrors.unreadable(`The key of the secrets, ${path}, vanished while it was made.`)
  return keys
}

function replaceKeys(path: string, keys: MasterKey[]): void {
  renameSync(writeDraft(path, keys), path)
}

function writeDraft(path: string, keys: MasterKey[]): string {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  const text = keys.map((key) => `${key.text}\n`).join('')
  writeFileSync(draft, text, { mode: 0o600, flush: true })
  return draft
}

function newKey(): MasterKey {
  return masterKey(randomBytes(32).toString('base64url'))
}

function masterKey(text: string): MasterKey {
  return { text, id: createHash('sha256').update(`creatorops key id ${text}`).digest('hex').slice(0, 12) }
}
