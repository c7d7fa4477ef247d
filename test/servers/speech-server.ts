import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { faultQueue } from './fault-queue.ts'
import { toneSpeech } from './speech-sound.ts'

export type HeardSpeech = { path: string; body: Record<string, unknown>; key?: string }

/** A server that speaks OpenAI's `/v1/audio/speech` and ElevenLabs' `/v1/voices` and `/with-timestamps`. */
export async function startSpeechServer() {
  const faults = faultQueue()
  const requests: HeardSpeech[] = []
  const server = createServer((req, res) => {
    void answer(req, res).catch(() => res.destroy())
  })

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const body = (text ? JSON.parse(text) : {}) as Record<string, unknown>
    const path = new URL(req.url!, 'http://x').pathname
    const key = req.headers.authorization ?? req.headers['xi-api-key']
    requests.push({ path, body, key: String(key ?? '') })
    if (path === '/v1/audio/speech') {
      const { pcm } = toneSpeech(String(body['input']), 24_000)
      if (faults.isDue()) return faults.answer(req, res, {}, 'application/json')
      // Written to a pipe: the header does not know the length.
      res.writeHead(200, { 'content-type': 'audio/wav' }).end(Buffer.concat([pipeHeader(24_000), pcm]))
      return
    }
    if (path === '/v1/voices') {
      const voices = [
        { voice_id: 'v-anna', name: 'Anna', labels: { gender: 'female', accent: 'american' } },
        { voice_id: 'v-otto', name: 'Otto', labels: { gender: 'male' } },
      ]
      return faults.answer(req, res, { voices })
    }
    if (/^\/v1\/text-to-speech\/[^/]+\/with-timestamps$/.test(path)) {
      const said = String(body['text'])
      const { pcm, times } = toneSpeech(said, 24_000)
      const characters = Array.from(said)
      let at = 0
      const starts: number[] = []
      const ends: number[] = []
      for (const character of characters) {
        const word = times.findLast((time) => time.at <= at) ?? times[0]!
        const part = (word.endMs - word.startMs) / word.text.length
        const startMs = Math.min(word.endMs, word.startMs + (at - word.at) * part)
        starts.push(startMs / 1000)
        ends.push(Math.min(word.endMs, startMs + part) / 1000)
        at += character.length
      }
      return faults.answer(req, res, {
        audio_base64: pcm.toString('base64'),
        alignment: { characters, character_start_times_seconds: starts, character_end_times_seconds: ends },
        normalized_alignment: null,
      })
    }
    res.writeHead(404).end('{}')
  }

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    faults,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

function pipeHeader(sampleRateHz: number): Buffer {
  const head = Buffer.alloc(44)
  head.write('RIFF\xff\xff\xff\xffWAVEfmt ', 0, 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(sampleRateHz, 24)
  head.writeUInt32LE(sampleRateHz * 2, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data\xff\xff\xff\xff', 36, 'latin1')
  return head
}
