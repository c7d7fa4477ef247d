import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { speakSentences } from '../../../test/fixtures/spoken.ts'
import { contractSentences, transcribeContract } from './contract.ts'
import { pocketsphinxAligner, pocketsphinxDraft } from './pocketsphinx.ts'
import { debianFiles, hasPocketsphinx } from './pocketsphinx-run.ts'
import { wavBytes } from './wav.ts'

const skip = (await hasPocketsphinx(debianFiles)) ? false : 'pocketsphinx is not installed'

transcribeContract('align', async () => ({ transcriber: pocketsphinxAligner() }), { skip, toleranceMs: 120 })
transcribeContract('draft', async () => ({ transcriber: pocketsphinxDraft() }), {
  skip,
  toleranceMs: Infinity,
  leastRightShare: 0.4,
})

async function withWav<T>(samples: Int16Array, use: (wavPath: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'align-'))
  try {
    const wavPath = join(dir, 'sound.wav')
    await writeFile(wavPath, wavBytes(samples))
    return await use(wavPath)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

describe('a script that is not what was said', { skip }, () => {
  test('leaves out a sentence that nobody spoke, and says so', async () => {
    const { samples } = await speakSentences(contractSentences)
    const [first, second, third] = contractSentences
    const script = `${first} ${second} Nobody ever said this sentence about seventeen elephants at the station. ${third}`
    const found = await withWav(samples, (wavPath) =>
      pocketsphinxAligner().transcribe({ wavPath, script, jobKey: 'more' }),
    )
    const text = found.words.map((word) => word.text).join(' ')
    assert.match(text, /she has seen\./)
    assert.doesNotMatch(text, /elephants/)
    assert.match(found.notes.join(' '), /not heard.*elephants/)
  })

  test('names speech that the script does not have', async () => {
    const [first, second, third] = contractSentences as [string, string, string]
    const { samples, sentences } = await speakSentences([first, second, second, third])
    const found = await withWav(samples, (wavPath) =>
      pocketsphinxAligner().transcribe({ wavPath, script: contractSentences.join(' '), jobKey: 'twice' }),
    )
    const last = found.words.slice(-third.split(' ').length)
    assert.ok(Math.abs(last[0]!.startMs - sentences[3]!.startMs) < 150, 'the last sentence keeps its place')
    assert.match(found.notes.join(' '), /something is said/)
  })

  test('finds names and numbers that no dictionary has', async () => {
    const { samples, sentences } = await speakSentences([
      'The Zorblax costs twenty five dollars.',
      'Nobody bought it.',
    ])
    const script = 'The Zorblax costs $25. Nobody bought it.'
    const found = await withWav(samples, (wavPath) =>
      pocketsphinxAligner().transcribe({ wavPath, script, jobKey: 'names' }),
    )
    assert.deepEqual(
      found.words.map(({ text }) => text),
      script.split(' '),
    )
    assert.ok(Math.abs(found.words[4]!.startMs - sentences[1]!.startMs) < 150)
  })

  test('kills the program when it is aborted on the way', async () => {
    const { samples } = await speakSentences(contractSentences)
    const stop = new AbortController()
    const reason = new Error('enough')
    const work = withWav(samples, (wavPath) =>
      pocketsphinxDraft().transcribe({ wavPath, jobKey: 'stop', signal: stop.signal }),
    )
    setImmediate(() => stop.abort(reason))
    await assert.rejects(work, (error) => error === reason)
  })
})
