import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { verifySignature, type Credentials } from './s3-auth.ts'
import { readBody } from './s3-body.ts'
import { faultSwitch, type Fault } from './s3-faults.ts'
import {
  deleteObject,
  deleteObjects,
  getObject,
  listObjects,
  putObject,
  putRetention,
  type Answer,
  type Call,
} from './s3-objects.ts'
import { newBucket, S3Failure, type Bucket } from './s3-state.ts'
import {
  abortUpload,
  completeUpload,
  createUpload,
  listParts,
  listUploads,
  uploadPart,
} from './s3-uploads.ts'
import { xmlDocument } from './s3-xml.ts'

export type S3Server = {
  endpoint: string
  credentials: Credentials
  region: string
  /** `objects` is a plain bucket, `locked` one with Object Lock (and so with versions). */
  buckets: { objects: Bucket; locked: Bucket }
  faults: ReturnType<typeof faultSwitch>
  /** The operations done so far, such as `UploadPart`, oldest first. */
  operations: string[]
  close(): Promise<void>
}

/**
 * A small S3 for tests, on loopback, in memory. It checks what S3 checks: signatures and their age, checksums
 * of every kind the SDK sends by default, part sizes, conditions, retention. What it does not know it refuses.
 */
export async function startS3Server(): Promise<S3Server> {
  const credentials = { accessKeyId: 'AKIATESTONLY', secretAccessKey: 'test-only/secret+key' }
  const buckets = { objects: newBucket('objects'), locked: newBucket('locked', true) }
  const faults = faultSwitch()
  const operations: string[] = []

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', `http://${req.headers.host}`)
    const [, bucketName = '', ...rest] = url.pathname.split('/')
    const key = decodeURIComponent(rest.join('/'))
    const operation = operationOf(req.method ?? '', key, url.searchParams)
    const fault = faults.take(operation)
    try {
      if (fault?.kind === 'slow') await fault.until
      if (fault?.kind === 'status') throw new S3Failure(fault.status, fault.code, 'A fault was asked for.')
      verifySignature(req, url, credentials)
      const bucket = Object.values(buckets).find((bucket) => bucket.name === bucketName)
      if (!bucket) throw new S3Failure(404, 'NoSuchBucket', 'The specified bucket does not exist')
      const body = await readBody(req, operation === 'CompleteMultipartUpload', (received) => {
        if (fault?.kind === 'resetRequest' && received > fault.afterBytes) req.socket.destroy()
      })
      if (fault?.kind === 'corrupt') body.bytes[0] = (body.bytes[0] ?? 0) ^ 0xff
      const answer = perform(operation, { bucket, key, query: url.searchParams, headers: req.headers, body })
      operations.push(operation)
      send(res, answer, fault)
    } catch (error) {
      if (req.socket.destroyed) return
      const failure = error instanceof S3Failure ? error : new S3Failure(500, 'InternalError', String(error))
      const tree = { Code: failure.code, Message: failure.message, Resource: url.pathname, RequestId: '0' }
      const text = req.method === 'HEAD' ? undefined : xmlDocument('Error', tree)
      // A refused body that was not read would leave the connection in an unknown state.
      res.setHeader('connection', req.complete ? 'keep-alive' : 'close')
      send(res, { status: failure.status, headers: {}, body: text }, undefined)
    }
  }

  const server = createServer((req, res) => void handle(req, res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    credentials,
    region: 'us-east-1',
    buckets,
    faults,
    operations,
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function operationOf(method: string, key: string, query: URLSearchParams): string {
  const has = (name: string) => query.has(name)
  if (key === '') {
    if (method === 'HEAD') return 'HeadBucket'
    if (method === 'GET' && has('uploads')) return 'ListMultipartUploads'
    if (method === 'GET' && query.get('list-type') === '2') return 'ListObjectsV2'
    if (method === 'POST' && has('delete')) return 'DeleteObjects'
  } else {
    if (method === 'POST' && has('uploads')) return 'CreateMultipartUpload'
    if (method === 'POST' && has('uploadId')) return 'CompleteMultipartUpload'
    if (method === 'PUT' && has('uploadId')) return 'UploadPart'
    if (method === 'GET' && has('uploadId')) return 'ListParts'
    if (method === 'DELETE' && has('uploadId')) return 'AbortMultipartUpload'
    if (method === 'PUT' && has('retention')) return 'PutObjectRetention'
    const plain: Record<string, string> = {
      PUT: 'PutObject',
      GET: 'GetObject',
      HEAD: 'HeadObject',
      DELETE: 'DeleteObject',
    }
    if (plain[method]) return plain[method]
  }
  return `${method} ?${[...query.keys()].join('&')}`
}

const performers: Record<string, (call: Call) => Answer> = {
  HeadBucket: () => ({ status: 200, headers: {} }),
  ListObjectsV2: listObjects,
  ListMultipartUploads: listUploads,
  DeleteObjects: deleteObjects,
  CreateMultipartUpload: createUpload,
  CompleteMultipartUpload: completeUpload,
  UploadPart: uploadPart,
  ListParts: listParts,
  AbortMultipartUpload: abortUpload,
  PutObject: putObject,
  GetObject: (call) => getObject(call, true),
  HeadObject: (call) => getObject(call, false),
  DeleteObject: deleteObject,
  PutObjectRetention: putRetention,
}

function perform(operation: string, call: Call): Answer {
  const performer = performers[operation]
  if (!performer)
    throw new S3Failure(501, 'NotImplemented', `${operation} is not implemented by this server.`)
  const isCopy = call.headers['x-amz-copy-source'] !== undefined
  if (isCopy) throw new S3Failure(501, 'NotImplemented', 'Copies are not implemented by this server.')
  return performer(call)
}

function send(res: ServerResponse, answer: Answer, fault: Fault | undefined): void {
  if (fault?.kind === 'loseResponse') {
    res.socket?.destroy()
    return
  }
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body
  if (typeof answer.body === 'string') res.setHeader('content-type', 'application/xml')
  if (body) res.setHeader('content-length', String(body.length))
  res.writeHead(answer.status, answer.headers)
  if (fault?.kind === 'resetResponse' && body) {
    res.write(body.subarray(0, fault.afterBytes), () => res.socket?.destroy())
    return
  }
  res.end(body)
}
