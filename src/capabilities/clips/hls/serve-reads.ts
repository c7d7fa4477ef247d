import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { AppError } from '../../../kernel/errors.ts'
import { fetchErrors } from '../../../platform/fetch/errors.ts'
import { safeFetch } from '../../../platform/fetch/safe-fetch.ts'
import { type ObjectStorage, storageErrors } from '../../../providers/storage/index.ts'
import { clipErrors } from '../errors.ts'
import type { ReadAnswer, ReadQuestion } from './asked-place.ts'
import { mostForeignPlaylistBytes, mostForeignSegmentBytes, type PlaceJob } from './place.ts'
import { takeBytes } from './take-bytes.ts'

/** For one file, its redirects and the whole body. */
const fileTimeoutMs = 60_000
const pausesMs = [250, 1_000]

export type ServeReads = {
  place: Exclude<PlaceJob, { kind: 'folder' }>
  /** Needed for stored playlists. */
  storage?: ObjectStorage
  /** Where answers are put; whoever made it removes it. */
  workDir: string
  signal?: AbortSignal
}

type Opened = { at: string; body: Readable; /** Bytes of the body before the wanted ones. */ skip: number }

/**
 * Answers the reads of a process that cuts: fetches through safe fetch, or gets stored files. What fails in passing is
 * tried twice more. An answer is a file, so memory stays flat whatever a segment weighs.
 */
export function serveReads(input: ServeReads): (question: unknown) => Promise<ReadAnswer> {
  let count = 0
  const openOne = (what: ReadQuestion) =>
    input.place.kind === 'url' ? fetchPiece(what, input, input.place) : getPiece(what, input)
  return async (question) => {
    const what = question as ReadQuestion
    const path = join(input.workDir, `read-${++count}`)
    const most = mostOf(what)
    for (let attempt = 0; ; attempt++) {
      try {
        const { at, body, skip } = await openOne(what)
        const taken = takeBytes({ skip, wanted: what.range?.length ?? most, most: skip + most })
        await pipeline(body, taken.stream, createWriteStream(path), { signal: input.signal })
        if (what.range && taken.kept() < Math.min(what.range.length, most)) throw endsEarly(what)
        if (taken.isFull() && what.mostBytes === undefined && !what.range) throw tooLarge(what)
        return { path, at, bytesTravelled: taken.travelled() }
      } catch (error) {
        const isPassing = error instanceof AppError && error.row.retry === 'backoff'
        const pauseMs = pausesMs[attempt]
        if (!isPassing || pauseMs === undefined || input.signal?.aborted) throw error
        await pause(pauseMs, undefined, { signal: input.signal })
      }
    }
  }
}

function mostOf({ kind, mostBytes }: ReadQuestion): number {
  const most = kind === 'playlist' ? mostForeignPlaylistBytes : mostForeignSegmentBytes
  return Math.min(most, mostBytes ?? most)
}

async function fetchPiece(
  what: ReadQuestion,
  { signal }: ServeReads,
  { allow }: { allow: readonly string[] },
): Promise<Opened> {
  const { at, range, mostBytes } = what
  const offset = range?.offset ?? 0
  const length = Math.min(range?.length ?? Number.POSITIVE_INFINITY, mostBytes ?? Number.POSITIVE_INFINITY)
  const isPart = Number.isFinite(length)
  const response = await safeFetch(at, {
    headers: isPart ? { range: `bytes=${offset}-${offset + length - 1}` } : {},
    maxBytes: Math.max(mostForeignSegmentBytes, mostForeignPlaylistBytes),
    timeoutMs: fileTimeoutMs,
    allow,
    signal,
  })
  const { status, url, body } = response
  if (status === 206 && isPart) {
    const from = /^bytes (\d+)-/.exec(response.headers['content-range'] ?? '')?.[1]
    if (Number(from) === offset) return { at: url, body, skip: 0 }
  }
  // A server that knows no ranges gives all of it.
  if (status === 200) return { at: url, body, skip: offset }
  response.discard()
  const name = nameOf(at)
  if (status === 416) throw endsEarly(what)
  if (status >= 500 || status === 429)
    throw fetchErrors.unreachable(`The server answered ${status} for "${name}".`)
  throw clipErrors.segmentMissing(`The server answered ${status} for "${name}".`)
}

async function getPiece(what: ReadQuestion, { storage, signal }: ServeReads): Promise<Opened> {
  if (!storage) throw new TypeError('A stored playlist needs the storage it is in')
  const { at, range, mostBytes } = what
  const start = range?.offset ?? 0
  const length = Math.min(range?.length ?? Number.POSITIVE_INFINITY, mostBytes ?? Number.POSITIVE_INFINITY)
  const part = Number.isFinite(length) ? { range: { start, endInclusive: start + length - 1 } } : {}
  try {
    const { body } = await storage.get(at, { ...part, signal })
    return { at, body, skip: 0 }
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
    if (cause.row === storageErrors.rows.missing) {
      throw clipErrors.segmentMissing(`There is no "${nameOf(at)}".`, { cause })
    }
    if (cause.row === storageErrors.rows.badRange) throw endsEarly(what, cause)
    throw cause
  }
}

function endsEarly({ at }: ReadQuestion, cause?: unknown): Error {
  const message = `"${nameOf(at)}" ends before the bytes that the playlist names.`
  return clipErrors.segmentDamaged(message, { cause })
}

function tooLarge({ at, kind }: ReadQuestion): Error {
  if (kind === 'playlist') return clipErrors.playlistInvalid('The playlist is too large.')
  return clipErrors.segmentDamaged(`"${nameOf(at)}" is too large for a segment.`)
}

/** The last part of an address, without a query that may hold a token. */
function nameOf(at: string): string {
  return at
    .replace(/[?#].*$/s, '')
    .split('/')
    .at(-1)!
    .slice(0, 200)
}
