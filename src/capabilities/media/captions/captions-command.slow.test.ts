import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, test } from 'node:test'
import { speakSentences } from '../../../../test/fixtures/spoken.ts'
import { startOpenAiTranscription } from '../../../../test/servers/openai-transcription-server.ts'
import { runCli } from '../../../platform/cli/run-cli.ts'
import { wavBytes } from '../../../providers/transcribe/wav.ts'
import { mediaCommands } from '../index.ts'

const sentences = ['The bees have found two places.', 'Each of them dances for one of them!']

async function run(env: Record<string, string>, ...argv: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const options = { env, stdout, stderr, version: '0', register: mediaCommands }
  const code = await runCli({ ...options, argv: ['media', 'captions', ...argv, '--json'] })
  return { code, json: JSON.parse(String((code === 0 ? stdout : stderr).read())) }
}

async function withRecording(check: (path: (name: string) => string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'captions-command-'))
  try {
    const { samples, script } = await speakSentences(sentences)
    await writeFile(join(folder, 'a talk.wav'), wavBytes(samples))
    await writeFile(join(folder, 'script.txt'), script)
    await check((name) => join(folder, name))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

describe('media captions of a recording', () => {
  test('puts its script to the sound, with every word in the captions', () =>
    withRecording(async (path) => {
      const flags = ['--script', path('script.txt'), '--engine', 'estimate', '--out', path('out.srt')]
      const { code, json } = await run({}, path('a talk.wav'), ...flags)
      assert.deepEqual([code, json.engine, json.isDraft], [0, 'estimate', true])
      assert.equal(json.words.map(({ text }: { text: string }) => text).join(' '), sentences.join(' '))
      assert.equal(json.needsReview.length, json.words.length)
      assert.match(await readFile(path('out.srt'), 'utf8'), /^1\n00:00:00,\d{3} --> .*\nThe bees have found/)
    }))

  test('listens through a service, and lays a script over what that heard', () =>
    withRecording(async (path) => {
      const server = await startOpenAiTranscription(() => ({
        language: 'en',
        text: 'the bees have found to places each of them dances for one of them',
        words: sentences
          .join(' ')
          .split(' ')
          .map((word, at) => ({
            word: word === 'two' ? 'to' : word,
            start: at * 0.3,
            end: at * 0.3 + 0.25,
            probability: 0.9,
          })),
      }))
      try {
        const env = { TRANSCRIBE_URL: server.url }
        const heard = await run(env, path('a talk.wav'), '--engine', 'openai', '--out', path('heard.vtt'))
        assert.deepEqual([heard.code, heard.json.words[4].text, heard.json.needsReview], [0, 'to', []])
        const script = ['--script', path('script.txt')]
        const fitted = await run(
          env,
          path('a talk.wav'),
          ...script,
          '--engine',
          'openai',
          '--out',
          path('fit.vtt'),
        )
        assert.equal(fitted.json.words[4].text, 'two')
        assert.deepEqual(
          fitted.json.needsReview.map(({ text }: { text: string }) => text),
          ['two'],
        )
      } finally {
        await server.close()
      }
    }))

  test('says what is missing when nobody can listen, and when there is nothing to hear', () =>
    withRecording(async (path) => {
      const whisper = await run({}, path('a talk.wav'), '--engine', 'whisper', '--out', path('x.srt'))
      assert.deepEqual([whisper.code, whisper.json.error.code], [2, 'transcribe.engineMissing'])
      const unscripted = await run({}, path('a talk.wav'), '--engine', 'estimate', '--out', path('x.srt'))
      assert.equal(unscripted.json.error.code, 'transcribe.needsScript')
      await writeFile(path('silent.wav'), wavBytes(new Int16Array(16_000)))
      const flags = ['--script', path('script.txt'), '--out', path('x.srt')]
      assert.equal((await run({}, path('silent.wav'), ...flags)).json.error.code, 'transcribe.nothingHeard')
    }))
})
