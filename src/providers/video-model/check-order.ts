import { videoModelErrors } from './errors.ts'
import type { FootageOrder, VideoModel } from './port.ts'

/** Fails with `videoModel.cannot`, which says what the model does make. */
export function checkOrder({ title, can }: Pick<VideoModel, 'title' | 'can'>, order: FootageOrder): void {
  const fail = (why: string) => videoModelErrors.cannot(`${title} ${why}.`)
  const seconds = can.durationsMs.map((ms) => ms / 1000).join(', ')
  if (!can.durationsMs.includes(order.durationMs)) throw fail(`makes footage of ${seconds} s`)
  if (!can.shapes.includes(order.shape)) throw fail(`makes ${can.shapes.join(', ')}`)
  if (!can.sizes.includes(order.size)) throw fail(`makes ${can.sizes.join(', ')}`)
  if (order.startImage && !can.startImage) throw fail('takes no picture to begin with')
  const prompt = order.prompt.trim()
  if (prompt === '' || prompt.length > can.promptChars)
    throw fail(`takes prompts of 1 to ${can.promptChars} characters`)
}
