import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { crc32 } from 'node:zlib'
import { S3Failure } from './s3-state.ts'

/** The checksums that this server can compute; others are refused rather than believed. */
const algorithms: Record<string, (bytes: Buffer) => string> = {
  'x-amz-checksum-crc32': (bytes) => {
    const out = Buffer.alloc(4)
    out.writeUInt32BE(crc32(bytes))
    return out.toString('base64')
  },
  'x-amz-checksum-sha256': (bytes) => createHash('sha256').update(bytes).digest('base64'),
  'x-amz-checksum-sha1': (bytes) => createHash('sha1').update(bytes).digest('base64'),
}

export function checksumOf(name: string, bytes: Buffer): string {
  const compute = algorithms[name]
  if (!compute) throw new S3Failure(501, 'NotImplemented', `${name} is not implemented by this server.`)
  return compute(bytes)
}

export type ReadBody = { bytes: Buffer; checksums: Record<string, string> }

/**
 * Reads a request body and verifies everything that was claimed about it. Where a request completes an upload,
 * its checksum headers are about the object and not about the body.
 */
export async function readBody(
  req: IncomingMessage,
  isCompletion: boolean,
  onBytes?: (received: number) => void,
): Promise<ReadBody> {
  const raw = await collect(req, onBytes)
  const payloadHash = String(req.headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD')
  const isChunked = payloadHash.startsWith('STREAMING-')
  if (isChunked && payloadHash !== 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') {
    throw new S3Failure(501, 'NotImplemented', `${payloadHash} is not implemented by this server.`)
  }
  const { bytes, trailers } = isChunked ? decodeChunks(raw) : { bytes: raw, trailers: {} }
  if (isChunked && Number(req.headers['x-amz-decoded-content-length']) !== bytes.length) {
    throw new S3Failure(
      400,
      'IncompleteBody',
      'The body has another length than x-amz-decoded-content-length.',
    )
  }
  if (
    /^[0-9a-f]{64}$/.test(payloadHash) &&
    createHash('sha256').update(bytes).digest('hex') !== payloadHash
  ) {
    throw new S3Failure(
      400,
      'XAmzContentSHA256Mismatch',
      'The provided x-amz-content-sha256 header does not match.',
    )
  }
  const md5 = req.headers['content-md5']
  if (md5 !== undefined && createHash('md5').update(bytes).digest('base64') !== md5) {
    throw new S3Failure(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.')
  }
  const promised = req.headers['x-amz-trailer']
  if (promised && !(String(promised) in trailers)) throw new S3Failure(400, 'MalformedTrailerError')
  const checksums = isCompletion ? {} : verifiedChecksums({ ...req.headers, ...trailers }, bytes)
  return { bytes, checksums }
}

function verifiedChecksums(headers: IncomingHttpHeaders, bytes: Buffer): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (!/^x-amz-checksum-(crc|sha)/.test(name)) continue
    const actual = checksumOf(name, bytes)
    if (actual !== value) throw new S3Failure(400, 'BadDigest', `The ${name} you specified did not match.`)
    found[name] = actual
  }
  return found
}

async function collect(req: IncomingMessage, onBytes?: (received: number) => void): Promise<Buffer> {
  const pieces: Buffer[] = []
  let received = 0
  for await (const piece of req as AsyncIterable<Buffer>) {
    pieces.push(piece)
    received += piece.length
    onBytes?.(received)
  }
  const length = req.headers['content-length']
  if (length !== undefined && Number(length) !== received) throw new S3Failure(400, 'IncompleteBody')
  return Buffer.concat(pieces)
}

/** Undoes `aws-chunked`: `<hex size>\r\n<bytes>\r\n … 0\r\n<trailers>\r\n`. */
function decodeChunks(raw: Buffer): { bytes: Buffer; trailers: Record<string, string> } {
  const pieces: Buffer[] = []
  let at = 0
  for (;;) {
    const lineEnd = raw.indexOf('\r\n', at)
    if (lineEnd < 0) throw new S3Failure(400, 'IncompleteBody', 'A chunk has no header.')
    const size = Number.parseInt(raw.toString('latin1', at, lineEnd), 16)
    if (!(size >= 0)) throw new S3Failure(400, 'InvalidRequest', 'A chunk header is malformed.')
    at = lineEnd + 2
    if (size === 0) break
    pieces.push(raw.subarray(at, at + size))
    at += size
    if (raw.toString('latin1', at, at + 2) !== '\r\n')
      throw new S3Failure(400, 'IncompleteBody', 'A chunk is cut short.')
    at += 2
  }
  const trailers: Record<string, string> = {}
  for (const line of raw.toString('latin1', at).split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim()
  }
  return { bytes: Buffer.concat(pieces), trailers }
}
