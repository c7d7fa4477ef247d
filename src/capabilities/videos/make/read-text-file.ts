import { readFile, stat } from 'node:fs/promises'
import { videoErrors } from '../errors.ts'

const mostBytes = 2_000_000

/** Reads a script. Fails with `videos.badScript` for what is too large or no plain text, such as a PDF. */
export async function readTextFile(path: string): Promise<string> {
  const { size } = await stat(path)
  if (size > mostBytes)
    throw videoErrors.badScript(`${path} has ${size} bytes; a script has at most ${mostBytes}.`)
  const bytes = await readFile(path)
  // A NUL never stands in text, and stands in nearly everything else.
  if (bytes.includes(0) || bytes.toString('latin1', 0, 5) === '%PDF-') {
    throw videoErrors.badScript(`${path} is no plain text.`)
  }
  return bytes.toString('utf8').replace(/^\ufeff/, '')
}
