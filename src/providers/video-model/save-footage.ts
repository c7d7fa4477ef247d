import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { safeFetch } from '../../platform/fetch/safe-fetch.ts'
import { videoModelErrors } from './errors.ts'

const mostBytes = 2 * 1024 * 1024 * 1024
const longestMs = 10 * 60_000

/** Fetches footage from the address that a vendor named. What arrives in part is removed. */
export async function saveFromUrl(
  url: string,
  path: string,
  options: { allow?: readonly string[]; signal?: AbortSignal },
): Promise<void> {
  const answer = await safeFetch(url, { maxBytes: mostBytes, timeoutMs: longestMs, ...options })
  if ([403, 404, 410].includes(answer.status)) {
    answer.discard()
    throw videoModelErrors.expired('The address of the footage is no longer good.')
  }
  if (answer.status !== 200) {
    answer.discard()
    throw videoModelErrors.unavailable(`The footage could not be fetched (${answer.status}).`)
  }
  const promised = Number(answer.headers['content-length'] ?? Number.NaN)
  const written = await saveStream(answer.body, path, options.signal)
  if (Number.isFinite(promised) && written !== promised) {
    await rm(path, { force: true })
    throw videoModelErrors.unavailable('The footage broke off on the way.')
  }
}

/** Writes a stream to a path; returns how many bytes there were. Removes what arrived in part. */
export async function saveStream(body: Readable, path: string, signal?: AbortSignal): Promise<number> {
  const file = createWriteStream(path)
  try {
    await pipeline(body, file, { signal })
    return file.bytesWritten
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}
