import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { storageErrors } from './errors.ts'
import { localStorage } from './local.ts'
import type { ObjectStorage } from './port.ts'
import { s3Storage } from './s3.ts'
import { parseS3Url } from './s3-location.ts'

/**
 * The storage that `OBJECTS_URL` names: `s3://…` (see `parseS3Url`), `file:///folder`, or without one the folder
 * `<home>/objects`. Opens nothing yet; `check()` tells whether it works.
 */
export function openStorage(
  objectsUrl: string | undefined,
  home: string,
  env: Record<string, string | undefined> = {},
): ObjectStorage {
  if (objectsUrl === undefined || objectsUrl === '') return localStorage(join(home, 'objects'))
  if (objectsUrl.startsWith('s3://')) return s3Storage(parseS3Url(objectsUrl, env))
  if (objectsUrl.startsWith('file://')) return localStorage(fileURLToPath(objectsUrl))
  if (isAbsolute(objectsUrl)) return localStorage(objectsUrl)
  throw storageErrors.misconfigured('OBJECTS_URL names no storage that is known here.')
}
