import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { flagErrors } from './errors.ts'

/** A document of a file or of standard input; YAML, of which JSON is a part. */
export async function readDocument(file: string): Promise<unknown> {
  const text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8')
  try {
    return parse(text, { maxAliasCount: 20 }) as unknown
  } catch (cause) {
    throw flagErrors.invalid(`${file} is neither JSON nor YAML.`, { cause })
  }
}
