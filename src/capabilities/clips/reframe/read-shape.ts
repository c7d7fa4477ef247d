import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { needFile } from '../../../platform/cli/need-file.ts'
import { clipErrors } from '../errors.ts'
import { type Aspect, cropPointSchema, mostPathPoints, type Reframe, type ReframeMethod } from './reframe.ts'

const pathSchema = z.array(cropPointSchema).min(1).max(mostPathPoints)
/** The path by itself, with its shape, or a whole receipt. */
const fileSchema = z.union([
  pathSchema,
  z.object({ path: pathSchema }).transform(({ path }) => path),
  z.object({ reframe: z.object({ path: pathSchema }) }).transform(({ reframe }) => reframe.path),
])

/** The shape that options of the command line ask for; undefined: the source's own. Fails with `clips.badOption`. */
export async function readShape(options: {
  aspect?: Aspect
  reframe: ReframeMethod
  cropPath?: string
}): Promise<Reframe | undefined> {
  const { aspect, reframe: method, cropPath } = options
  if (!aspect) {
    if (cropPath) throw clipErrors.badOption('A path of the window needs --aspect as well.')
    return undefined
  }
  if (!cropPath) return { aspect, method }
  let json: unknown
  try {
    json = JSON.parse(await readFile(await needFile(cropPath), 'utf8'))
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw clipErrors.badOption(`The file of the path is not JSON: ${cause.message}.`, { cause })
  }
  const parsed = fileSchema.safeParse(json)
  if (!parsed.success) throw clipErrors.badOption('The file of the path holds no points {"atMs", "at"}.')
  return { aspect, method, path: parsed.data }
}
