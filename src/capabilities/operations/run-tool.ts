import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

/** The first line that a program prints, on either output; it gets 10 s. */
export async function firstLineOf(file: string, args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(file, [...args], { timeout: 10_000 })
  return (stdout.trim() || stderr.trim()).split('\n')[0] ?? ''
}

/** Where a program of this name is on the PATH, or undefined. */
export async function findOnPath(
  names: readonly string[],
  path: string | undefined,
): Promise<string | undefined> {
  for (const name of names) {
    for (const folder of (path ?? '').split(delimiter).filter((entry) => entry !== '')) {
      const file = join(folder, name)
      const isThere = await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
      if (isThere) return file
    }
  }
  return undefined
}
