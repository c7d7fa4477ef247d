import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { startBedrockInvoke } from '../../../test/servers/bedrock-invoke-server.ts'
import { startOpenAiEmbedding } from '../../../test/servers/openai-embedding-server.ts'
import { bedrockEmbed } from './bedrock-embed.ts'
import { embedContract } from './contract.ts'
import { offlineText } from './offline-text.ts'
import { openAiEmbed } from './openai-embed.ts'
import { openEmbed } from './open-embed.ts'
import { paraphrases } from './paraphrase-fixture.ts'

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' }
const bedrock = (endpoint: string, model: string, timeoutMs?: number) =>
  bedrockEmbed({ region: 'us-west-2', endpoint, credentials, maxAttempts: 1, model, timeoutMs })
const openAi = (url: string) => openAiEmbed({ url, model: 'nomic', retryMs: [1, 1], timeoutMs: 400 })

embedContract('offline', async () => ({ embedder: offlineText(), close: async () => undefined }))
embedContract('OpenAI-compatible', async () => {
  const server = await startOpenAiEmbedding()
  return { embedder: await openAi(server.url), close: server.close }
})
for (const model of ['amazon.titan-embed-text-v2:0', 'cohere.embed-multilingual-v3']) {
  embedContract(`Bedrock ${model}`, async () => {
    const server = await startBedrockInvoke()
    const embedder = bedrock(server.url, model)
    return {
      embedder,
      async close() {
        embedder.close()
        await server.close()
      },
    }
  })
}

describe('offline vectors', () => {
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, at) => sum + value * b[at]!, 0)
  const vectorsOf = async (texts: string[]) => (await offlineText().embed({ texts })).vectors
  const likeness = async (a: string, b: string) => {
    const [first, second] = await vectorsOf([a, b])
    return dot(first!, second!)
  }

  test('find the note for a question in other words', async () => {
    const queries = await vectorsOf(paraphrases.map(([query]) => query))
    const notes = await vectorsOf(paraphrases.map(([, note]) => note))
    const ranks = queries.map((query, index) => {
      const own = dot(query, notes[index]!)
      return 1 + notes.filter((note) => dot(query, note) > own).length
    })
    const within = (rank: number) => ranks.filter((found) => found <= rank).length / ranks.length
    // Measured: 0.78 and 0.95.
    assert.ok(within(1) >= 0.7, `first: ${within(1)}`)
    assert.ok(within(5) >= 0.9, `among five: ${within(5)}`)
  })

  test('names and numbers that no table has match themselves', async () => {
    const same = await likeness('release notes of CreatorOps 7.41', 'CreatorOps 7.41 is out')
    const other = await likeness('release notes of CreatorOps 7.41', 'Zanthropia 9.03 is out')
    assert.ok(same > other + 0.1, `${same} against ${other}`)
    assert.ok((await likeness('Größenverhältnis', 'Größenverhältnisse')) > 0.7)
  })

  test('forms of a word are the word', async () => {
    assert.ok((await likeness("Müller's report", 'the Müller report')) > 0.95)
  })
})

describe('an embedding service that fails', () => {
  let server: Awaited<ReturnType<typeof startOpenAiEmbedding>>
  before(async () => {
    server = await startOpenAiEmbedding()
  })
  beforeEach(() => server.faults.clear())
  after(() => server.close())

  test('is asked again for what may pass', async () => {
    const embedder = await openAi(server.url)
    server.faults.next({ status: 429, headers: { 'retry-after': '0.01' } }, { status: 500 })
    assert.equal((await embedder.embed({ texts: ['a'] })).vectors.length, 1)
  })

  test('has a row for each way', async () => {
    const embedder = await openAi(server.url)
    const ask = () => embedder.embed({ texts: ['a', 'b'] })
    const thrice = (fault: Parameters<typeof server.faults.next>[0]) =>
      server.faults.next(fault, fault, fault)
    thrice({ status: 429 })
    await assert.rejects(ask(), { code: 'embed.rateLimited' })
    thrice({ status: 500 })
    await assert.rejects(ask(), { code: 'embed.unavailable' })
    thrice('hang')
    await assert.rejects(ask(), { code: 'embed.unavailable' })
    thrice('truncated')
    await assert.rejects(ask(), { code: 'embed.unavailable' })
    server.faults.next('malformed')
    await assert.rejects(ask(), { code: 'embed.badAnswer' })
    server.faults.next({ status: 401 })
    await assert.rejects(ask(), { code: 'embed.notAllowed' })
    server.faults.next({ status: 400 })
    await assert.rejects(ask(), { code: 'embed.refused', message: /made to fail/ })
    server.faults.next({ status: 200, body: '{"data":[{"index":0,"embedding":[0,0,0,0,0,0,0,0]}]}' })
    await assert.rejects(ask(), { code: 'embed.badAnswer' })
  })

  test('is asked anew after it was down when it was opened', async () => {
    const embedders = openEmbed({ embedUrl: server.url, embedModel: 'nomic' })
    assert.deepEqual(embedders.names, ['openai', 'offline'])
    server.faults.next({ status: 400 })
    await assert.rejects(embedders.open(), { code: 'embed.refused' })
    assert.equal((await embedders.open()).dimensions, 64)
    await assert.rejects((await embedders.open('offline')).embed({ texts: [] }), { code: 'embed.badInput' })
    await assert.rejects((await embedders.open('offline')).embed({ texts: ['…'] }), {
      code: 'embed.badInput',
    })
    assert.throws(() => embedders.open('minilm'), { code: 'embed.noModel' })
  })
})

describe('Bedrock embeddings', () => {
  let server: Awaited<ReturnType<typeof startBedrockInvoke>>
  before(async () => {
    server = await startBedrockInvoke()
  })
  beforeEach(() => server.clear())
  after(() => server.close())

  test('Cohere is told what is looked for and gets 96 texts a call', async () => {
    const embedder = bedrock(server.url, 'cohere.embed-english-v3')
    await embedder.embed({ texts: Array.from({ length: 100 }, (_, index) => `t${index}`), purpose: 'query' })
    assert.deepEqual(
      server.invocations.map(({ body }) => [(body['texts'] as string[]).length, body['input_type']]),
      [
        [96, 'search_query'],
        [4, 'search_query'],
      ],
    )
    embedder.close()
  })

  test('failures become rows', async () => {
    const embedder = bedrock(server.url, 'amazon.titan-embed-text-v2:0')
    const cases: Array<[number, string, string]> = [
      [429, 'ThrottlingException', 'embed.rateLimited'],
      [403, 'AccessDeniedException', 'embed.notAllowed'],
      [400, 'ValidationException', 'embed.refused'],
      [404, 'ResourceNotFoundException', 'embed.refused'],
      [500, 'InternalServerException', 'embed.unavailable'],
    ]
    for (const [status, type, code] of cases) {
      server.fail({ status, type })
      await assert.rejects(embedder.embed({ texts: ['a'] }), { code }, type)
    }
    server.fail('malformed')
    await assert.rejects(embedder.embed({ texts: ['a'] }), { code: 'embed.badAnswer' })
    server.fail('truncated')
    await assert.rejects(embedder.embed({ texts: ['a'] }), { code: 'embed.unavailable' })
    embedder.close()
    const hasty = bedrock(server.url, 'amazon.titan-embed-text-v2:0', 150)
    server.fail('hang')
    await assert.rejects(hasty.embed({ texts: ['a'] }), { code: 'embed.unavailable' })
    hasty.close()
    assert.throws(() => bedrock(server.url, 'amazon.nova-reel-v1:1'), { code: 'embed.noModel' })
  })
})
