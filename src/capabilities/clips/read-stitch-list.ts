import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { parseTime } from '../../kernel/time.ts'
import { needFile } from '../../platform/cli/need-file.ts'
import { clipErrors } from './errors.ts'
import { frameRateIfNeeded } from './read-frame-rate.ts'
import { mostParts, type StitchClips } from './stitch-clips.ts'

const timeSchema = z.union([z.number().min(0).transform(String), z.string().min(1)])

const listSchema = z
  .array(z.strictObject({ source: z.string().min(1), from: timeSchema, to: timeSchema }))
  .min(1)
  .max(mostParts)

const mostListBytes = 4_000_000

/**
 * Reads a list of ranges: `[{"source", "from", "to"}]`, times as on the command line, numbers in seconds, paths from
 * the folder of the list. Fails with `clips.badList` naming the row, or as `needFile` and `parseTime` do.
 */
export async function readStitchList(path: string, signal?: AbortSignal): Promise<StitchClips['parts']> {
  const listPath = await needFile(path)
  if ((await stat(listPath)).size > mostListBytes) throw clipErrors.badList('The list is too large.')
  const rows = parseList(await readFile(listPath, 'utf8'))
  const parts: StitchClips['parts'] = []
  for (const { source, from, to } of rows) {
    const sourcePath = await needFile(resolve(dirname(listPath), source))
    const rate = await frameRateIfNeeded(sourcePath, [from, to], signal)
    parts.push({ sourcePath, startMs: parseTime(from, rate), endMs: parseTime(to, rate) })
  }
  return parts
}

/** Reads the text of a list; pure. */
export function parseList(text: string): z.infer<typeof listSchema> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw clipErrors.badList('The list is not JSON.', { cause })
  }
  const parsed = listSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const [row, field] = issue!.path
  const where = typeof row === 'number' ? `Row ${row + 1}${field ? `, "${String(field)}"` : ''}: ` : ''
  throw clipErrors.badList(`${where}${issue!.message}.`)
}
