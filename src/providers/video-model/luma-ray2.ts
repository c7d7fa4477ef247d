import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import {
  BedrockRuntimeClient,
  GetAsyncInvokeCommand,
  StartAsyncInvokeCommand,
  type StartAsyncInvokeCommandInput,
} from '@aws-sdk/client-bedrock-runtime'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { AppError } from '../../kernel/errors.ts'
import { checkOrder } from './check-order.ts'
import { videoModelErrors } from './errors.ts'
import type { FootageOrder, FootageState, VideoModel } from './port.ts'
import { saveStream } from './save-footage.ts'

export type Ray2Options = {
  /** `s3://bucket/prefix` in the region of the model. */
  bucketUrl: string
  /** Default us-west-2, the one region that has it. */
  region?: string
  /** Servers of one's own that speak Bedrock's and S3's protocols; for tests. */
  endpoint?: string
  s3Endpoint?: string
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  maxAttempts?: number
  timeoutMs?: number
}

const modelId = 'luma.ray-v2:0'

/**
 * Luma Ray2 on Amazon Bedrock: an asynchronous call that leaves its MP4 in a bucket. Bedrock knows the key of an order,
 * so an order whose answer was lost is safely placed again.
 */
export function lumaRay2(options: Ray2Options): VideoModel {
  const { region = 'us-west-2', credentials, maxAttempts, timeoutMs = 60_000 } = options
  const client = new BedrockRuntimeClient({ region, endpoint: options.endpoint, credentials, maxAttempts })
  const s3 = new S3Client({
    region,
    endpoint: options.s3Endpoint,
    credentials,
    maxAttempts,
    forcePathStyle: options.s3Endpoint !== undefined,
  })

  const translated = async <T>(
    signal: AbortSignal | undefined,
    work: (abortSignal: AbortSignal) => Promise<T>,
  ) => {
    const limit = AbortSignal.timeout(timeoutMs)
    try {
      return await work(signal ? AbortSignal.any([signal, limit]) : limit)
    } catch (cause) {
      signal?.throwIfAborted()
      throw rowFor(cause)
    }
  }
  const read = (invocationArn: string, signal?: AbortSignal) =>
    translated(signal, (abortSignal) =>
      client.send(new GetAsyncInvokeCommand({ invocationArn }), { abortSignal }),
    )

  const model: VideoModel = {
    id: 'bedrock:luma-ray2',
    title: 'Luma Ray2 on Bedrock',
    can: {
      durationsMs: [5_000, 9_000],
      shapes: ['16:9', '9:16', '1:1'],
      sizes: ['540p', '720p'],
      startImage: true,
      promptChars: 5_000,
      orderKeys: true,
    },
    priceItem: (size) => `aws.bedrock.luma-ray2-${size}`,
    async order(input) {
      checkOrder(model, input)
      const started = await translated(input.signal, (abortSignal) =>
        client.send(
          new StartAsyncInvokeCommand({
            modelId,
            // Bedrock takes letters, digits and hyphens, up to 256.
            clientRequestToken: createHash('sha256').update(input.orderKey).digest('hex'),
            modelInput: bodyOf(input),
            outputDataConfig: { s3OutputDataConfig: { s3Uri: options.bucketUrl } },
          }),
          { abortSignal },
        ),
      )
      if (!started.invocationArn) throw videoModelErrors.badAnswer('Bedrock gave no name for the order.')
      return { remoteId: started.invocationArn }
    },
    async check(remoteId, signal): Promise<FootageState> {
      const { status, failureMessage } = await read(remoteId, signal)
      if (status === 'Completed') return { kind: 'done' }
      if (status !== 'Failed') return { kind: 'running' }
      const because = failureMessage ?? 'no reason was given'
      return {
        kind: 'failed',
        code: /moderat|content|policy|blocked|invalid/i.test(because) ? 'refused' : 'failed',
        because,
      }
    },
    async fetch(remoteId, path, signal) {
      const folder = (await read(remoteId, signal)).outputDataConfig?.s3OutputDataConfig?.s3Uri
      const place = /^s3:\/\/([^/]+)\/(.+)$/.exec(folder ?? '')
      if (!place) throw videoModelErrors.badAnswer('Bedrock did not say where the footage lies.')
      await translated(signal, async (abortSignal) => {
        const command = new GetObjectCommand({ Bucket: place[1], Key: `${place[2]}/output.mp4` })
        const object = await s3.send(command, { abortSignal })
        await saveStream(object.Body as Readable, path, abortSignal)
      })
    },
    // Bedrock has no way to stop an asynchronous call.
    cancel: async () => undefined,
    async close() {
      client.destroy()
      s3.destroy()
    },
  }
  return model
}

function bodyOf({
  prompt,
  shape,
  size,
  durationMs,
  startImage,
}: FootageOrder): StartAsyncInvokeCommandInput['modelInput'] {
  const source = startImage && {
    type: 'base64',
    media_type: startImage.contentType,
    data: startImage.bytes.toString('base64'),
  }
  return {
    prompt: prompt.trim(),
    aspect_ratio: shape,
    duration: `${durationMs / 1000}s`,
    resolution: size,
    ...(source ? { keyframes: { frame0: { type: 'image', source } } } : {}),
  }
}

function rowFor(cause: unknown): AppError {
  if (cause instanceof AppError) return cause
  const name = cause instanceof Error ? cause.name : ''
  const words = cause instanceof Error ? cause.message : 'no words'
  const status = (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
  if (/NoSuchKey|ResourceNotFound|NoSuchBucket/.test(name))
    return /end of its life|end-of-life|legacy/i.test(words)
      ? videoModelErrors.retired(`The model is out of service: ${words}`, { cause })
      : videoModelErrors.expired(`The footage is not there any more: ${words}`, { cause })
  if (/Throttling|ServiceQuota|SlowDown/.test(name) || status === 429)
    return videoModelErrors.rateLimited(`Bedrock asks to wait: ${words}`, { cause })
  if (
    /AccessDenied|UnrecognizedClient|ExpiredToken|CredentialsProvider|InvalidAccessKey|SignatureDoesNotMatch/.test(
      name,
    ) ||
    status === 401 ||
    status === 403
  )
    return videoModelErrors.notAllowed(`Bedrock does not accept the credentials: ${words}`, { cause })
  if (/Validation|Conflict/.test(name) || status === 400)
    return videoModelErrors.refused(`Bedrock refused the order: ${words}`, { cause })
  if (cause instanceof SyntaxError)
    return videoModelErrors.badAnswer('Bedrock gave an answer that cannot be read.', { cause })
  return videoModelErrors.unavailable(`Bedrock did not answer: ${name || words}.`, { cause })
}
