import { streamSSE } from 'hono/streaming'
import { AppError } from '../../kernel/errors.ts'
import { newId } from '../../kernel/ids.ts'
import type { HttpContext } from '../../platform/http/http-env.ts'
import type { ModelDeps } from './model-deps.ts'
import { streamText, type TextUse } from './run-text.ts'

export type TryModel = {
  modelId?: string | undefined
  prompt: string
  system?: string | undefined
  notes?: string[] | undefined
  maxOutputTokens: number
  task?: string | undefined
  topic?: string | undefined
}

/**
 * A model's answer as server-sent events: `text`, then `done` or `failed`. A failure before the first text is a problem
 * like any other. It ends when the reader leaves.
 */
export async function tryStream(deps: ModelDeps, c: HttpContext, wish: TryModel): Promise<Response> {
  const { actor, requestId, log } = c.var
  const left = new AbortController()
  const { prompt, notes = [], maxOutputTokens, modelId, system, topic } = wish
  const use: TextUse = {
    workspaceId: actor.workspaceId,
    subjectId: newId('try'),
    task: wish.task ?? 'try',
    messages: [{ role: 'user' as const, text: prompt }],
    maxOutputTokens,
    signal: left.signal,
    notes: notes.map((text, at) => ({ id: `note ${at + 1}`, text })),
    ...(modelId ? { modelId } : {}),
    ...(system ? { system } : {}),
    ...(topic ? { topic } : {}),
  }
  c.req.raw.signal.addEventListener('abort', () => left.abort(), { once: true })
  const stream = streamText(deps, use)
  const first = await stream.next()
  return streamSSE(c, async (out) => {
    out.onAbort(() => left.abort())
    try {
      for (let next = first; ; next = await stream.next()) {
        const { done, value } = next
        if (!done) {
          await out.writeSSE({ event: 'text', data: JSON.stringify({ text: value }) })
          continue
        }
        const { text: _, ...facts } = value
        await out.writeSSE({ event: 'done', data: JSON.stringify(facts) })
        return
      }
    } catch (error) {
      if (!(error instanceof AppError)) log.error({ err: error }, 'trying a model failed')
      await out.writeSSE({ event: 'failed', data: JSON.stringify(problemOf(error, requestId)) })
    }
  })
}

function problemOf(error: unknown, requestId: string) {
  if (error instanceof AppError) {
    const { code, message, row, detail } = error
    return { code, message, help: row.help, status: row.status, detail: detail ?? {}, requestId }
  }
  const message = 'Something went wrong on our side.'
  return {
    code: 'internal',
    message,
    help: 'Try again, or look into the log.',
    status: 500,
    detail: {},
    requestId,
  }
}
