import { z } from 'zod'
import { llmErrors } from './errors.ts'
import type { Llm, LlmRequest, LlmResult, LlmUsage } from './port.ts'

export type ObjectResult<Value> = { value: Value; usage: LlmUsage; model: string; repairs: number }

const mostRepairs = 2

/**
 * Data that fits a zod schema. Wrong JSON is mended where that is safe (fences, a text around it, trailing commas);
 * otherwise the model is shown what is wrong and asked again, twice at most. Fails with `llm.noObject`, which carries
 * the `usage` of all tries, and `llm.unsupported`.
 */
export async function generateObject<Value>(
  llm: Llm,
  request: Omit<LlmRequest, 'schema'>,
  schema: { name: string; shape: z.ZodType<Value> },
): Promise<ObjectResult<Value>> {
  if (!llm.can.objects) throw llmErrors.unsupported(`${llm.name} cannot give data by schema.`)
  const json = z.toJSONSchema(schema.shape, { io: 'input', unrepresentable: 'any' }) as Record<
    string,
    unknown
  >
  delete json['$schema']
  const messages = [...request.messages]
  const system = [
    request.system,
    `Answer with JSON only, which fits this JSON schema:\n${JSON.stringify(json)}`,
  ]
  let usage: LlmUsage | undefined
  let wrong = ''
  for (let repairs = 0; repairs <= mostRepairs; repairs++) {
    let made: LlmResult
    try {
      made = await llm.generate({
        ...request,
        messages,
        system: system.filter(Boolean).join('\n\n'),
        schema: { name: schema.name, json },
      })
    } catch (error) {
      throw withUsage(error, usage)
    }
    usage = added(usage, made.usage)
    const read = readObject(made.text, schema.shape)
    if ('value' in read) return { value: read.value, usage, model: made.model, repairs }
    wrong = read.wrong
    messages.push(
      { role: 'assistant', text: made.text || '(nothing)' },
      {
        role: 'user',
        text: `That does not fit the schema: ${wrong}\nAnswer again with the corrected JSON only.`,
      },
    )
  }
  throw llmErrors.noObject(`${llm.name} gave no ${schema.name}: ${wrong}`, { detail: { usage } })
}

/** Reads JSON out of a model's text, or says in words a model understands what is wrong with it. */
export function readObject<Value>(
  text: string,
  shape: z.ZodType<Value>,
): { value: Value } | { wrong: string } {
  let wrong = 'there is no JSON in it.'
  for (const candidate of candidatesOf(text)) {
    let raw: unknown
    try {
      raw = JSON.parse(candidate)
    } catch (error) {
      wrong = (error as Error).message.slice(0, 300)
      continue
    }
    const parsed = shape.safeParse(raw)
    if (parsed.success) return { value: parsed.data }
    const issues = parsed.error.issues.slice(0, 8)
    wrong = issues
      .map(({ path, message }) => `${path.map(String).join('.') || 'the whole'}: ${message}`)
      .join('; ')
  }
  return { wrong }
}

function candidatesOf(text: string): string[] {
  const plain = text.trim()
  const fenced = /```(?:json)?\s*([\s\S]*?)```/.exec(plain)?.[1]?.trim()
  const from = plain.search(/[[{]/)
  const to = Math.max(plain.lastIndexOf('}'), plain.lastIndexOf(']'))
  const inner = from >= 0 && to > from ? plain.slice(from, to + 1) : undefined
  const all = [plain, fenced, inner].filter((one) => one !== undefined && one !== '') as string[]
  return [...new Set([...all, ...all.map((one) => one.replace(/,\s*([}\]])/g, '$1'))])]
}

function added(sum: LlmUsage | undefined, more: LlmUsage): LlmUsage {
  if (!sum) return more
  return {
    inputTokens: sum.inputTokens + more.inputTokens,
    outputTokens: sum.outputTokens + more.outputTokens,
    cacheReadTokens: sum.cacheReadTokens + more.cacheReadTokens,
    cacheWriteTokens: sum.cacheWriteTokens + more.cacheWriteTokens,
    isEstimated: sum.isEstimated || more.isEstimated,
  }
}

/** A try that failed after others were billed still carries what those used. */
function withUsage(error: unknown, usage: LlmUsage | undefined): unknown {
  const failure = error as { detail?: Record<string, unknown> }
  if (usage && failure instanceof Error) {
    const own = failure.detail?.['usage'] as LlmUsage | undefined
    Object.defineProperty(failure, 'detail', {
      value: { ...failure.detail, usage: own ? added(usage, own) : usage },
    })
  }
  return error
}
