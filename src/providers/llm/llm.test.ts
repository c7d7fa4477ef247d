import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { llmErrors } from './errors.ts'
import { fitContext } from './fit-context.ts'
import { generateObject, readObject } from './generate-object.ts'
import { ggufLlm, type LlamaModule } from './gguf.ts'
import { hasLlm, findLocalModels, openLlm } from './open-llm.ts'
import { offlineLlm } from './offline.ts'
import type { Llm, LlmRequest, LlmResult } from './port.ts'
import { withRetries } from './retry.ts'
import { readAll } from './contract.ts'
import { testClock } from './test-clock.ts'
import { countTokens } from './tokens.ts'
import { startLlmServer } from '../../../test/servers/llm-server.ts'

const usage = {
  inputTokens: 10,
  outputTokens: 5,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  isEstimated: false,
}
const request: LlmRequest = {
  model: 'm',
  messages: [{ role: 'user', text: 'How do bees dance?' }],
  maxOutputTokens: 200,
}

/** A vendor that gives these answers in turn. */
function scripted(answers: Array<string | Error>): Llm & { asked: LlmRequest[] } {
  const asked: LlmRequest[] = []
  async function generate(wish: LlmRequest): Promise<LlmResult> {
    asked.push({ ...wish, messages: [...wish.messages] })
    const answer = answers.shift()
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('nothing left to say')
    return { text: answer, finish: 'stop', usage, model: wish.model }
  }
  return {
    name: 'scripted',
    can: { streams: true, objects: true, isModel: true },
    asked,
    generate,
    async *stream(wish) {
      const result = await generate(wish)
      yield result.text
      return result
    },
    check: async () => undefined,
  }
}

describe('retries', () => {
  const busy = (retryAfterMs?: number) =>
    llmErrors.busy('busy', { detail: retryAfterMs === undefined ? {} : { retryAfterMs } })

  async function waitsOf(failures: Error[], random = 0.5) {
    const clock = testClock()
    const llm = scripted([...failures, 'done'])
    const waits: number[] = []
    const call = withRetries(llm, { clock, random: () => random, onRetry: (_, ms) => void waits.push(ms) })
      .generate(request)
      .catch((error: unknown) => error)
    const state = { isOver: false }
    void call.then(() => (state.isOver = true))
    while (!state.isOver) {
      clock.pass(60_000)
      await new Promise((resolve) => setImmediate(resolve))
    }
    return { waits, result: await call, calls: llm.asked.length }
  }

  test('wait 1, 2 and 4 s, with a quarter of jitter, and then give up', async () => {
    const four = [busy(), busy(), busy(), busy()]
    const { waits, result, calls } = await waitsOf(four)
    assert.deepEqual(waits, [1_000, 2_000, 4_000])
    assert.deepEqual([(result as { code: string }).code, calls], ['llm.busy', 4])
    assert.deepEqual((await waitsOf(four.slice(0, 3), 0)).waits, [750, 1_500, 3_000])
    assert.deepEqual((await waitsOf(four.slice(0, 3), 1)).waits, [1_250, 2_500, 5_000])
  })

  test('wait as long as the vendor asks, unless that is too long to wait for', async () => {
    assert.deepEqual((await waitsOf([busy(7_000)])).waits, [7_000])
    const { waits, result } = await waitsOf([busy(120_000)])
    assert.deepEqual([waits, (result as { code: string }).code], [[], 'llm.busy'])
  })

  test('are not made of what would fail again', async () => {
    for (const failure of [llmErrors.refused('no'), llmErrors.invalid('no'), llmErrors.authFailed('no')]) {
      assert.equal((await waitsOf([failure])).calls, 1)
    }
  })

  test('end with the caller', async () => {
    const clock = testClock()
    const stop = new AbortController()
    const waited = clock.waited()
    const call = withRetries(scripted([busy()]), { clock }).generate({ ...request, signal: stop.signal })
    const refused = assert.rejects(call, { code: 'llm.busy' })
    await waited
    stop.abort()
    await refused
  })
})

describe('data by schema', () => {
  const schema = { name: 'idea', shape: z.object({ title: z.string().min(1), minutes: z.int() }) }

  test('is read out of fences, chatter and trailing commas', () => {
    const good = '{"title":"Bees","minutes":5}'
    for (const text of [
      good,
      `\`\`\`json\n${good}\n\`\`\``,
      `Sure! ${good} Enjoy.`,
      '{"title":"Bees","minutes":5,}',
    ]) {
      assert.deepEqual(readObject(text, schema.shape), { value: { title: 'Bees', minutes: 5 } })
    }
    assert.match((readObject('{"title":""}', schema.shape) as { wrong: string }).wrong, /title: .*minutes: /)
  })

  test('is asked for again with what was wrong, and all tries are counted', async () => {
    const llm = scripted(['{"title":"Bees","minutes":"five"}', '{"title":"Bees","minutes":5}'])
    const made = await generateObject(llm, request, schema)
    assert.deepEqual(
      [made.value, made.repairs, made.usage.outputTokens],
      [{ title: 'Bees', minutes: 5 }, 1, 10],
    )
    assert.match(llm.asked[1]?.messages.at(-1)?.text ?? '', /minutes: /)
  })

  test('fails after two repairs, and with what the tries used', async () => {
    await assert.rejects(generateObject(scripted(['no', 'no', 'no']), request, schema), (error) => {
      const { code, detail } = error as { code: string; detail: { usage: typeof usage } }
      assert.deepEqual([code, detail.usage.outputTokens], ['llm.noObject', 15])
      return true
    })
    const broken = scripted(['no', llmErrors.down('down')])
    await assert.rejects(generateObject(broken, request, schema), (error) => {
      const { code, detail } = error as { code: string; detail: { usage: typeof usage } }
      assert.deepEqual([code, detail.usage.outputTokens], ['llm.down', 5])
      return true
    })
  })
})

describe('without a model', () => {
  const notes = [
    {
      id: 'a',
      text: 'Bees dance to show where food is. The waggle dance points to the flowers. My cat is called Tom.',
    },
    { id: 'b', text: 'Taxes are due in April. The waggle dance points at the flowers.' },
  ]

  test('a text is assembled from whole sentences of the notes, and labelled', async () => {
    const llm = offlineLlm()
    const made = await llm.generate({ ...request, notes, maxOutputTokens: 40 })
    assert.equal(made.label, 'assembled from your notes')
    assert.equal(llm.can.isModel, false)
    for (const sentence of made.text.split(/(?<=\.)\s+/)) {
      assert.ok(
        notes.some(({ text }) => text.includes(sentence)),
        sentence,
      )
    }
    assert.match(made.text, /dance/)
    assert.equal(made.text.match(/waggle/g)?.length, 1)
    assert.deepEqual((await readAll(llm.stream({ ...request, notes }))).pieces.length, 1)
  })

  test('nothing is made up: without notes, and for data by schema, it refuses', async () => {
    await assert.rejects(offlineLlm().generate(request), { code: 'llm.nothingToSay' })
    const schema = { name: 'x', json: {} }
    await assert.rejects(offlineLlm().generate({ ...request, notes, schema }), { code: 'llm.unsupported' })
  })
})

describe('the window of a model', () => {
  const long = (about: string, sentences: number) =>
    Array.from(
      { length: sentences },
      (_, at) => `Sentence ${at} tells something new about ${about} and number ${at * 7}.`,
    ).join(' ')
  const notes = [
    { id: 'taxes', text: long('taxes', 40) },
    { id: 'bees', text: long('bees', 20) },
    { id: 'wasps', text: long('wasps', 30) },
  ]

  test('takes everything when it fits', async () => {
    assert.deepEqual((await fitContext({ notes, about: 'bees', mostTokens: 100_000 })).leftOut, [])
  })

  test('keeps what the question is about whole, summarises and cuts the rest, and says so', async () => {
    const mostTokens = countTokens(notes[1]!.text) + 45
    const fit = await fitContext({ notes, about: 'How do bees live?', mostTokens })
    assert.ok(fit.tokens <= mostTokens)
    assert.equal(fit.notes.find(({ id }) => id === 'bees')?.text, notes[1]!.text)
    assert.deepEqual(fit.leftOut.map(({ how }) => how).sort(), ['cut', 'summarised'])
    for (const { tokensLeftOut } of fit.leftOut) assert.ok(tokensLeftOut > 0)
  })
})

describe('models on the machine', () => {
  test('in a folder answer through node-llama-cpp where it is there, and are refused where not', async () => {
    const modelsDir = await mkdtemp(join(tmpdir(), 'models-'))
    try {
      await writeFile(join(modelsDir, 'small.gguf'), '')
      const wish = { ...request, model: 'small.gguf' }
      await assert.rejects(ggufLlm({ modelsDir }).generate(wish), { code: 'llm.unsupported' })
      const llm = ggufLlm({ modelsDir, load: async () => fakeLlama })
      assert.deepEqual((await readAll(llm.stream(wish))).pieces, ['Bees ', 'hum.'])
      assert.equal((await llm.generate(wish)).text, 'Bees hum.')
      await assert.rejects(llm.generate({ ...wish, model: '../etc/passwd' }), { code: 'llm.unknownModel' })
    } finally {
      await rm(modelsDir, { recursive: true })
    }
  })

  test('behind Ollama are found by asking its port, and nothing is found where nobody listens', async () => {
    const server = await startLlmServer()
    const config = { ollamaBaseUrl: `${server.url}/v1`, keyOf: async () => undefined }
    assert.equal(await hasLlm('ollama', config), true)
    assert.deepEqual(await findLocalModels('ollama', config), ['local-model'])
    const made = await (await openLlm('ollama', config)).generate({ ...request, model: 'local-model' })
    assert.equal(made.text, 'Bees dance in the hive.')
    await server.close()
    assert.equal(await hasLlm('ollama', config), false)
    assert.equal(await hasLlm('anthropic', config), false)
    await assert.rejects(openLlm('anthropic', config), { code: 'llm.authFailed' })
  })
})

/** node-llama-cpp as far as it is used; its weights are not in any package, so it cannot be here itself. */
const fakeLlama: LlamaModule = {
  getLlama: async () => ({
    loadModel: async () => ({
      createContext: async () => ({ getSequence: () => 1, dispose: async () => undefined }),
    }),
  }),
  LlamaChatSession: class {
    async prompt(_text: string, { onTextChunk }: { onTextChunk?: (text: string) => void }): Promise<string> {
      onTextChunk?.('Bees ')
      await Promise.resolve()
      onTextChunk?.('hum.')
      return 'Bees hum.'
    }
  },
}
