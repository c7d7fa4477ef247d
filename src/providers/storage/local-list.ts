import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The keys of a directory store that start with `prefix` and come after `cursor`, sorted by their UTF-8 bytes
 * as S3 sorts them. Reads one directory at a time.
 */
export async function* keysBelow(root: string, prefix: string, cursor?: string): AsyncGenerator<string> {
  const start = prefix.slice(0, prefix.lastIndexOf('/') + 1)
  yield* walk(root, start, prefix, cursor)
}

async function* walk(root: string, dir: string, prefix: string, cursor?: string): AsyncGenerator<string> {
  const entries = await readdir(join(root, dir), { withFileTypes: true }).catch(noSuchDir)
  // A directory sorts as its name with the slash: "a.b" comes before "a/b", since "." is below "/".
  const names = entries
    .filter((entry) => !entry.name.startsWith('.'))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  for (const name of names) {
    const key = dir + name
    if (!key.startsWith(prefix) && !prefix.startsWith(key)) continue
    if (name.endsWith('/')) {
      const isBehind = cursor === undefined || cursor.startsWith(key) || isAfter(key, cursor)
      if (isBehind) yield* walk(root, key, prefix, cursor)
    } else if (key.startsWith(prefix) && (cursor === undefined || isAfter(key, cursor))) {
      yield key
    }
  }
}

function isAfter(key: string, cursor: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(cursor)) > 0
}

function noSuchDir(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
  throw error
}
