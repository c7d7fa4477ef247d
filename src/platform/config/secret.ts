import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configErrors } from './errors.ts'

/**
 * The secret of an installation, kept in `<home>/secret` with mode 0600. Made on first use; two processes that
 * start at once end with the same one. Refused when the group or others can read it.
 */
export function readOrCreateSecret(home: string): string {
  const path = join(home, 'secret')
  return readSecret(path) ?? createSecret(home, path)
}

function readSecret(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) return undefined
  if ((stats.mode & 0o077) !== 0) {
    const mode = (stats.mode & 0o777).toString(8)
    throw configErrors.secretExposed(`The secret file ${path} has mode ${mode}; it must be 600.`)
  }
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw configErrors.secretUnusable(`The secret file ${path} cannot be read.`, { cause })
  }
  if (text.length < 32) throw configErrors.secretUnusable(`The secret file ${path} is too short.`)
  return text
}

function createSecret(home: string, path: string): string {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flush: true })
  try {
    // A link, unlike a rename, fails when another process was first; then its secret is the one.
    linkSync(draft, path)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw configErrors.secretUnusable(`The secret file ${path} cannot be made.`, { cause })
    }
  } finally {
    rmSync(draft, { force: true })
  }
  const secret = readSecret(path)
  if (secret === undefined)
    throw configErrors.secretUnusable(`The secret file ${path} vanished while it was made.`)
  return secret
}
