import { z } from 'zod'
import { callService, parseAnswer, type ServiceCall } from '../../platform/fetch/call-service.ts'
import { checkOrder } from './check-order.ts'
import { videoModelErrors } from './errors.ts'
import type { FootageOrder, FootageState, VideoModel } from './port.ts'
import { gone, type HttpVideoOptions, ignoreGone, unknownUnlessRefused } from './order-failures.ts'
import { saveFromUrl } from './save-footage.ts'

const service = { failures: videoModelErrors, service: 'Runway' }
const ratios = { '16:9': '1280:720', '9:16': '720:1280', '1:1': '960:960' } as const

const createdSchema = z.object({ id: z.string().min(1) })
const taskSchema = z.object({
  status: z.enum(['PENDING', 'THROTTLED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED']),
  progress: z.number().optional(),
  output: z.array(z.string()).optional(),
  failure: z.string().nullish(),
  failureCode: z.string().nullish(),
  cost: z.object({ credits: z.number().min(0) }).nullish(),
})

/** A credit is a US cent. */
const microsPerCredit = 10_000

/**
 * Gen-4.5 by Runway's API. It knows no names of orders: when the connection breaks while ordering, whether it began is
 * unknown and it is not ordered again.
 */
export function runway(options: HttpVideoOptions): VideoModel {
  const call = (path: string, more: Partial<ServiceCall> = {}) =>
    callService({
      ...service,
      url: `${options.url}/v1${path}`,
      headers: { authorization: `Bearer ${options.apiKey}`, 'x-runway-version': '2024-11-06' },
      timeoutMs: options.timeoutMs,
      retryMs: options.retryMs,
      ...more,
    })
  const readTask = async (remoteId: string, signal?: AbortSignal) => {
    const { bytes } = await call(`/tasks/${encodeURIComponent(remoteId)}`, { signal }).catch(gone)
    const task = taskSchema.safeParse(parseAnswer(service, bytes))
    if (!task.success) throw videoModelErrors.badAnswer('Runway gave no task.', { cause: task.error })
    return task.data
  }
  const model: VideoModel = {
    id: 'runway:gen4.5',
    title: 'Runway Gen-4.5',
    can: {
      durationsMs: [2, 3, 4, 5, 6, 7, 8, 9, 10].map((seconds) => seconds * 1000),
      shapes: ['16:9', '9:16'],
      sizes: ['720p'],
      startImage: true,
      promptChars: 1_000,
      orderKeys: false,
    },
    priceItem: () => 'runway.gen4.5',
    async order(input) {
      checkOrder(model, input)
      const path = input.startImage ? '/image_to_video' : '/text_to_video'
      const { bytes } = await call(path, { json: bodyOf(input), signal: input.signal, retryMs: [] }).catch(
        unknownUnlessRefused,
      )
      const created = createdSchema.safeParse(
        parseAnswer(
          { ...service, failures: { ...videoModelErrors, badAnswer: videoModelErrors.unknownOutcome } },
          bytes,
        ),
      )
      if (!created.success)
        throw videoModelErrors.unknownOutcome('Runway took the order and gave no id.', {
          cause: created.error,
        })
      return { remoteId: created.data.id }
    },
    check: async (remoteId, signal) => stateOf(await readTask(remoteId, signal)),
    async fetch(remoteId, path, signal) {
      const { output } = await readTask(remoteId, signal)
      if (!output?.[0]) throw videoModelErrors.expired('Runway has no footage under this order.')
      await saveFromUrl(output[0], path, { allow: options.allow, signal })
    },
    async cancel(remoteId) {
      await call(`/tasks/${encodeURIComponent(remoteId)}`, { method: 'DELETE' }).catch(ignoreGone)
    },
  }
  return model
}

function bodyOf(order: FootageOrder) {
  const { startImage } = order
  const promptImage =
    startImage && `data:${startImage.contentType};base64,${startImage.bytes.toString('base64')}`
  return {
    model: 'gen4.5',
    promptText: order.prompt.trim(),
    ratio: ratios[order.shape],
    duration: order.durationMs / 1000,
    ...(promptImage ? { promptImage } : {}),
  }
}

function stateOf(task: z.infer<typeof taskSchema>): FootageState {
  const { status, progress, failure, failureCode, cost } = task
  if (status === 'PENDING' || status === 'THROTTLED') return { kind: 'waiting' }
  if (status === 'RUNNING')
    return { kind: 'running', percent: progress === undefined ? undefined : progress * 100 }
  if (status === 'SUCCEEDED')
    return { kind: 'done', costMicros: cost ? Math.ceil(cost.credits * microsPerCredit) : undefined }
  const because = failure ?? (status === 'CANCELLED' ? 'it was cancelled' : 'no reason was given')
  return {
    kind: 'failed',
    code: /^(SAFETY|INPUT_PREPROCESSING|ASSET)/.test(failureCode ?? '') ? 'refused' : 'failed',
    because,
  }
}
