import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createLibraryEngine } from '../../platform/ffmpeg/engine.ts'
import { layOver } from './estimate.ts'
import { fitScript } from './fit-script.ts'
import { matchWords } from './match-words.ts'
import { spokenNumber } from './number-words.ts'
import { openTranscribers } from './open-transcribe.ts'
import { readSegments as readSphinxSegments } from './pocketsphinx-files.ts'
import { guessPronunciations } from './pronounce.ts'
import { readScript } from './script-words.ts'
import { cutInPauses } from './speech-runs.ts'
import { readSegments } from './whisper.ts'

describe('a script', () => {
  test('is read into words with what is said for them', () => {
    const script = readScript('[music] In 2026, it’s 20% — or $1.50! “Well-made” 3rd …')
    assert.deepEqual(
      script.map(({ text, spoken }) => [text, spoken.join(' ')]),
      [
        ['In', 'in'],
        ['2026,', 'twenty twenty six'],
        ['it’s', "it's"],
        ['20% —', 'twenty percent'],
        ['or', 'or'],
        ['$1.50!', 'one point five zero dollars'],
        ['“Well-made”', 'well made'],
        ['3rd…', 'third'],
      ],
    )
    assert.throws(() => readScript(' [applause] … '), { code: 'transcribe.badScript' })
    assert.throws(() => readScript('word '.repeat(20_001)), { code: 'transcribe.badScript' })
  })

  test('has numbers as English says them', () => {
    const said = (text: string) => spokenNumber(text)?.join(' ')
    assert.equal(said('1,200,034'), 'one million two hundred thousand thirty four')
    assert.equal(said('1905'), 'nineteen oh five')
    assert.equal(said('2007'), 'two thousand seven')
    assert.equal(said('1990s'), 'nineteen nineties')
    assert.equal(said('21st'), 'twenty first')
    assert.equal(said('bees'), undefined)
  })

  test('has a pronunciation for every word there is', () => {
    const phones = /^[A-Z]{1,2}( [A-Z]{1,2})*$/
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 20 }), (word) => {
        for (const one of guessPronunciations(word)) assert.match(one, phones)
      }),
    )
    assert.deepEqual(guessPronunciations('zorblax'), ['Z AO R B L AE K S'])
    assert.deepEqual(guessPronunciations('grpc'), ['JH IY AA R P IY S IY'])
  })
})

describe('matching two texts', () => {
  test('finds the longest common order of words, and only rising places', () => {
    const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), { maxLength: 60 })
    fc.assert(
      fc.property(words, words, (first, second) => {
        const match = matchWords(first, second)
        let last = -1
        match.forEach((at, index) => {
          if (at < 0) return
          assert.ok(at > last && first[index] === second[at])
          last = at
        })
        assert.ok(matchWords(first, first).every((at, index) => at === index))
      }),
    )
  })

  test('stays quick for long texts that mostly agree', () => {
    let seed = 7
    const next = () => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0)
    const long = Array.from({ length: 20_000 }, () => `w${(next() >>> 8) % 3001}`)
    const other = long.flatMap((word, index) =>
      index % 50 === 0 ? [] : index % 77 === 0 ? [word, 'um'] : [word],
    )
    const matched = matchWords(long, other).filter((at) => at >= 0).length
    assert.ok(matched > 19_000, `${matched}`)
  })
})

describe('stretches of speech', () => {
  test('are cut in pauses into pieces that cover all of them and do not overlap', () => {
    const runs = fc
      .array(fc.tuple(fc.integer({ min: 50, max: 9_000 }), fc.integer({ min: 120, max: 4_000 })), {
        minLength: 1,
        maxLength: 60,
      })
      .map((list) => {
        let atMs = 0
        return list.map(([speechMs, pauseMs]) => {
          const startMs = atMs + pauseMs
          return { startMs, endMs: (atMs = startMs + speechMs) }
        })
      })
    fc.assert(
      fc.property(runs, (speech) => {
        const durationMs = speech.at(-1)!.endMs + 500
        const pieces = cutInPauses(speech, durationMs, { mostMs: 10_000, airMs: 200 })
        let lastMs = 0
        for (const { startMs, endMs } of pieces) {
          assert.ok(startMs >= lastMs && endMs > startMs && endMs <= durationMs)
          assert.ok(endMs - startMs <= 10_400)
          lastMs = endMs
        }
        for (const run of speech)
          assert.ok(pieces.some(({ startMs, endMs }) => startMs <= run.startMs + 1 && endMs >= run.endMs - 1))
      }),
    )
  })

  test('take a script with the ends of sentences in the pauses', () => {
    const script = readScript('One two three. Four five six seven eight nine. Ten.')
    const speech = [
      { startMs: 0, endMs: 800 },
      { startMs: 1_500, endMs: 3_100 },
      { startMs: 4_000, endMs: 4_300 },
    ]
    const placed = layOver(script, speech)
    assert.equal(placed[2]!.at!.endMs, 800)
    assert.equal(placed[3]!.at!.startMs, 1_500)
    assert.equal(placed.at(-1)!.at!.startMs, 4_000)
    assert.ok(placed.every(({ confidence }) => confidence < 0.7))
  })
})

describe('engines', () => {
  test('segments of pocketsphinx are read without fillers and second pronunciations', () => {
    const line = 'p3 S 0 T -19800 A -17441 L -2359 0 -887 -337 <sil> 29 -351 0 and(2) 63 -1385 0 so 98'
    assert.deepEqual(readSphinxSegments(`${line}\n`).get('p3'), [
      { word: 'and', startFrame: 29, endFrame: 63 },
      { word: 'so', startFrame: 63, endFrame: 98 },
    ])
  })

  test('segments of Whisper become words that share their time', () => {
    const words = readSegments(
      '{"start":0,"end":1000,"text":" Hello you."}\n{"start":1000,"end":2000,"text":"[Music]"}\n',
      5_000,
    )
    assert.deepEqual(
      words.map(({ text, startMs, endMs }) => [text, startMs, endMs]),
      [
        ['Hello', 0, 556],
        ['you.', 556, 1000],
      ],
    )
    assert.throws(() => readSegments('{"start":0', 5_000), { code: 'transcribe.badAnswer' })
  })

  test('that cannot align lend their times to a script; what they did not hear is doubtful', () => {
    const heard = ['the', 'cat', 'sad', 'down'].map((text, index) => ({
      text,
      startMs: index * 400,
      endMs: index * 400 + 350,
      confidence: 0.9,
    }))
    const fitted = fitScript(
      { words: heard, language: 'en', isDraft: false, timing: 'word', notes: [] },
      'The cat sat down.',
    )
    assert.deepEqual(
      fitted.words.map(({ text, confidence }) => [text, confidence]),
      [
        ['The', 0.9],
        ['cat', 0.9],
        ['sat', 0.3],
        ['down.', 0.9],
      ],
    )
    assert.ok(fitted.words[2]!.startMs >= 750 && fitted.words[2]!.endMs <= 1200)
  })

  test('are offered by what machine and configuration have, and chosen by the job', async () => {
    const home = await mkdtemp(join(tmpdir(), 'engines-'))
    try {
      const engine = createLibraryEngine()
      const pocketsphinx = { program: join(home, 'absent'), modelDir: home }
      const bare = openTranscribers({ config: { home }, engine, pocketsphinx })
      assert.equal((await bare.choose({ hasScript: true })).name, 'estimate')
      await assert.rejects(bare.choose({ hasScript: false }), { code: 'transcribe.noEngine' })
      await assert.rejects(bare.choose({ engine: 'whisper', hasScript: false }), {
        code: 'transcribe.engineMissing',
      })
      await assert.rejects(bare.choose({ engine: 'estimate', hasScript: false }), {
        code: 'transcribe.needsScript',
      })

      const modelsDir = join(home, 'models')
      await mkdir(join(modelsDir, 'whisper'), { recursive: true })
      for (const name of ['ggml-tiny.en.bin', 'ggml-small.bin'])
        await writeFile(join(modelsDir, 'whisper', name), '')
      const config = {
        home,
        modelsDir,
        transcribeUrl: 'http://127.0.0.1:9/v1',
        transcribeBucket: 's3://sounds/a',
      }
      const rich = openTranscribers({ config, engine, pocketsphinx })
      assert.deepEqual(
        (await rich.list()).map(({ name }) => name),
        ['estimate', 'openai', 'amazon', 'whisper'],
      )
      assert.equal((await rich.choose({ hasScript: false, language: 'de' })).name, 'openai')
      assert.equal(
        (await rich.choose({ engine: 'whisper', hasScript: false, language: 'de' })).name,
        'whisper',
      )
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  })
})
