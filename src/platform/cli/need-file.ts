import { access, constants, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { cliErrors } from './errors.ts'

/** The absolute path of a file that a person named; refused (exit 2) unless it is a readable regular file. */
export async function needFile(path: string): Promise<string> {
  const absolute = resolve(path)
  const stats = await stat(absolute).catch((cause: NodeJS.ErrnoException) => {
    throw cliErrors.fileMissing(`There is no file "${path}".`, { cause })
  })
  if (!stats.isFile()) throw cliErrors.fileMissing(`"${path}" is not a file.`)
  await access(absolute, constants.R_OK).catch((cause: unknown) => {
    throw cliErrors.fileMissing(`"${path}" cannot be read by this account.`, { cause })
  })
  return absolute
}
