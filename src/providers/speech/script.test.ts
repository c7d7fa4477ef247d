import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { arpabetOf } from './arpabet.ts'
import { assertReadable, chooseVoice, nearestVoices } from './choose-voice.ts'
import { spokenWords } from './english-words.ts'
import { assertCan } from './narrate.ts'
import { planSpeech, sentenceKey } from './plan-speech.ts'
import type { Voice } from './port.ts'
import { formatOf, type LexiconEntry, readScript } from './script.ts'

const plan = (
  source: string,
  more: { maxChars?: number; lexicon?: LexiconEntry[]; language?: string } = {},
) => {
  const language = more.language ?? 'en'
  return planSpeech(readScript(source, formatOf(source), language), { maxChars: 500, ...more, language })
}
const sentences = (source: string, language = 'en') =>
  plan(source, { language }).sentences.map(({ text }) => text)
const said = (source: string) =>
  plan(source).sentences.flatMap(({ phrases }) =>
    phrases.flatMap(({ words }) => words.map(({ text }) => text)),
  )

describe('a script', () => {
  test('is cut into sentences as people read it', () => {
    assert.deepEqual(sentences('Dr. Smith met J. Doe at 3.5 km. "Really?" she said. Yes!'), [
      'Dr. Smith met J. Doe at 3.5 km.',
      '"Really?" she said.',
      'Yes!',
    ])
    assert.deepEqual(sentences('- one\n- two\n\nAn end'), ['one', 'two', 'An end'])
    assert.deepEqual(sentences('蜜蜂跳舞。它们数数！', 'zh'), ['蜜蜂跳舞。', '它们数数！'])
  })

  test('a sentence that only ends in other words keeps its key; a changed one gets another', () => {
    const keys = (source: string) =>
      plan(source).sentences.map((sentence) => sentenceKey({ name: 'x', version: '1' }, 'x:y', sentence))
    const [first, second, third] = keys('One bee. Two bees.\n\nThree bees.')
    assert.deepEqual(keys('One bee. Two wasps.\n\nThree bees.'), [first, keys('Two wasps.')[0], third])
    assert.notEqual(second, third)
    assert.deepEqual(keys('Zero.\n\nOne bee.').at(1), first, 'where it stands does not matter')
  })

  test('every word of any text comes out again, in order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const source = `word ${text.replace(/[<&]/g, '')}`
        const letters = (value: string) => value.normalize('NFC').replace(/[^\p{L}\p{N}]/gu, '')
        assert.equal(letters(sentences(source).join('')), letters(source.toWellFormed()))
      }),
    )
  })

  test('no phrase is longer than the voice takes, unless one word is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,12}[,.]?$/), { minLength: 1, maxLength: 80 }),
        (words) => {
          for (const { phrases } of plan(words.join(' '), { maxChars: 100 }).sentences)
            for (const { phrase } of phrases)
              assert.ok(phrase.words.map(({ text }) => text).join(' ').length <= 100)
        },
      ),
    )
  })

  test('nothing to say, and too much', () => {
    assert.throws(() => plan(' … \n ! '), { code: 'speech.nothingToSay' })
    assert.throws(() => plan('<speak><break/></speak>'), { code: 'speech.nothingToSay' })
    assert.throws(() => plan('a'.repeat(300_001)), { code: 'speech.tooLong' })
  })

  test('a lexicon changes how a word is said, not how it is written', () => {
    const { sentences: found } = plan('Use CreatorOps, it is CreatorOps’s own.', {
      lexicon: [{ word: 'creatorops', sayAs: 'creator ops' }],
    })
    assert.equal(found[0]!.text, 'Use CreatorOps, it is CreatorOps’s own.')
    assert.equal(found[0]!.phrases[0]!.phrase.words[1]!.text, 'creator ops,')
    assert.equal(found[0]!.phrases[0]!.phrase.words[4]!.text, 'creator ops’s')
  })
})

describe('markup', () => {
  test('cuts phrases at pauses and where the prosody changes', () => {
    const { sentences: found } = plan(
      '<speak>How <break time="1.5s"/>do <emphasis>bees</emphasis> <prosody rate="80%" volume="-3dB">really</prosody> decide?</speak>',
    )
    assert.equal(found.length, 1)
    assert.equal(found[0]!.text, 'How do bees really decide?')
    assert.deepEqual(
      found[0]!.phrases.map(({ phrase, pauseAfterMs }) => [
        phrase.words.map(({ text }) => text).join(' '),
        phrase.rate,
        pauseAfterMs,
      ]),
      [
        ['How', 1, 1500],
        ['do bees', 1, 0],
        ['really', 0.8, 0],
        ['decide?', 1, 0],
      ],
    )
    assert.equal(found[0]!.phrases[2]!.words[0]!.style.volumeDb, -3)
  })

  test('readings say what they are asked to', () => {
    assert.deepEqual(
      said(
        '<speak><say-as interpret-as="date" format="mdy">3/14/2026</say-as> <say-as interpret-as="telephone">555-0100</say-as> <say-as interpret-as="ordinal">21</say-as> <say-as interpret-as="characters">AB1</say-as> <sub alias="et cetera">&amp;c</sub></speak>',
      ),
      [
        'March fourteenth, twenty twenty six',
        'five five five, zero one zero zero',
        'twenty first',
        'A B one',
        'et cetera',
      ],
    )
  })

  test('what is wrong is named with its place', () => {
    const wrong: Array<[string, RegExp]> = [
      ['<speak>a\n<b>x</b></speak>', /Line 2, column 1: <b> is not one of/],
      ['<speak>a', /<speak> is never closed/],
      ['<speak>a</p></speak>', /<\/p> closes <speak>/],
      ['<speak>AT&T</speak>', /&amp;/],
      ['<speak>1 < 2</speak>', /&lt;/],
      ['<speak>&nbsp;</speak>', /&nbsp; is not known/],
      ['<speak><break time="11s"/>a</speak>', /at most 10s/],
      ['<speak><prosody rate="500%">a</prosody></speak>', /between 50% and 200%/],
      ['<speak><prosody pitch="+9st">a</prosody></speak>', /between -6st/],
      ['<speak><prosody volume="loudest">a</prosody></speak>', /between -20dB/],
      ['<speak><say-as interpret-as="date">soon</say-as></speak>', /no date/],
      ['<speak><say-as interpret-as="poem">a</say-as></speak>', /interpret-as is one of/],
      ['<speak><phoneme alphabet="x-sampa" ph="a">a</phoneme></speak>', /ipa/],
      ['<speak onload="x">a</speak>', /not onload/],
      ['<speak>a</speak> b', /outside <speak>/],
      [`<speak>${'<p>'.repeat(25)}a`, /20 deep/],
      ['<speak><!-- a', /&lt;/],
      ['<speak><!DOCTYPE x [<!ENTITY y "z">]>a</speak>', /&lt;/],
    ]
    for (const [source, message] of wrong)
      assert.throws(() => plan(source), { code: 'speech.badMarkup', message }, source)
  })

  test('no text makes it fail in another way', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            '<speak>',
            '</speak>',
            '<p>',
            '</p>',
            '<break/>',
            '<',
            '&',
            'a',
            ' ',
            '<sub alias="x">',
            '</sub>',
            '<!--',
            '-->',
            '"',
            "'",
          ),
          { maxLength: 30 },
        ),
        (pieces) => {
          try {
            plan(`<speak>${pieces.join('')}</speak>`)
          } catch (error) {
            assert.match(String((error as { code?: string }).code), /^speech\.(badMarkup|nothingToSay)$/)
          }
        },
      ),
    )
  })
})

describe('English', () => {
  test('says what is written', () => {
    const cases: Array<[string, string]> = [
      ['2026,', 'twenty twenty six'],
      ['$3.50', 'three dollars fifty cents'],
      ['$1.2M', 'one point two million dollars'],
      ['10%', 'ten percent'],
      ['1990s', 'nineteen nineties'],
      ['22nd', 'twenty second'],
      ['-5', 'minus five'],
      ['10:30', 'ten thirty'],
      ['1,234,567', 'one million two hundred thirty four thousand five hundred sixty seven'],
      ['007', 'zero zero seven'],
      ['Dr.', 'doctor'],
      ['e.g.', 'for example'],
      ['U.S.A.', 'u s a'],
      ['GPUs', "g p u's"],
      ['NASA', 'nasa'],
      ['co-operate', 'co operate'],
      ['naïve', 'naive'],
      ['“okay”?', 'okay'],
      ["rock'n'roll", "rock'n'roll"],
      ['R&D', 'r and d'],
      ['—', ''],
      ['no.', 'no'],
    ]
    for (const [written, spoken] of cases) assert.equal(spokenWords(written).join(' '), spoken, written)
  })

  test('IPA becomes sounds that Flite knows, or nothing', () => {
    assert.equal(arpabetOf('ˈbiːz'), 'b iy1 z')
    assert.equal(arpabetOf('tʃaɪ'), 'ch ay0')
    assert.equal(arpabetOf('ʘ'), undefined)
    assert.equal(arpabetOf(''), undefined)
  })
})

const voiceRow = (id: string, languages: Voice['languages'], gender: Voice['gender']): Voice => ({
  id,
  vendor: id.split(':')[0]!,
  name: id,
  label: id,
  tier: 'neural',
  languages,
  gender,
  licence: '',
  can: ['rate'],
  wordTimes: 'marks',
  maxChars: 500,
  pace: { wordsPerMinute: 160, charactersPerSecond: 15, isMeasured: false },
  isLocal: true,
})

describe('the choice of a voice', () => {
  const voices = [
    voiceRow('a:en', ['en-US', 'en'], 'female'),
    voiceRow('b:gb', ['en-GB', 'en'], 'male'),
    voiceRow('b:de', ['de-DE'], 'female'),
    voiceRow('b:de-m', ['de-DE'], 'male'),
  ]

  test('by language, region and gender; the first given wins a tie', () => {
    assert.equal(chooseVoice(voices, { language: 'en' }).id, 'a:en')
    assert.equal(chooseVoice(voices, { language: 'en-GB' }).id, 'b:gb')
    assert.equal(chooseVoice(voices, { language: 'de', gender: 'male' }).id, 'b:de-m')
    assert.equal(chooseVoice(voices, { language: 'de-AT', gender: 'neutral' }).id, 'b:de')
    assert.deepEqual(
      nearestVoices(voices, { language: 'en', gender: 'male' }).map(({ id }) => id),
      ['b:gb', 'a:en'],
    )
  })

  test('a voice that does not speak the language is refused with the nearest that does', () => {
    const wrong = { code: 'speech.wrongLanguage', message: /German.*b:de-m/s }
    assert.throws(() => chooseVoice(voices, { voiceId: 'b:gb', language: 'de-CH' }), wrong)
    assert.throws(() => chooseVoice(voices, { language: 'ja' }), {
      code: 'speech.languageNotSpoken',
      message: /Japanese/,
    })
    assert.throws(() => chooseVoice(voices, { voiceId: 'nobody', language: 'en' }), {
      code: 'speech.unknownVoice',
    })
  })

  test('a script in other letters is not read as English', () => {
    assert.throws(() => assertReadable('Пчёлы танцуют и считают.', 'en-US'), { code: 'speech.wrongLanguage' })
    assertReadable('The word пчела means bee in Russian.', 'en-US')
    assertReadable('Пчёлы любят JavaScript, TypeScript и YouTube.', 'ru')
    assertReadable('2026', 'en')
  })

  test('what a voice cannot do is refused before anything is spoken', () => {
    assertCan(voices[0]!, ['rate'])
    assert.throws(() => assertCan(voices[0]!, ['rate', 'pitch', 'phoneme']), {
      code: 'speech.markupNotSpoken',
      message: /another pitch or follow phonemes/,
    })
  })
})
