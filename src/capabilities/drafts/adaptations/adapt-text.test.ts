import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { adaptText } from './adapt-text.ts'
import { checkContent } from './check-content.ts'
import { countTags, countText, findHashtags, findLinks, findMentions } from './count-text.ts'
import { shortenText } from './shorten-text.ts'
import { allTextLimits, textDestinations, textLimitsOf } from './text-limits.ts'

const bees = {
  title: 'How do bees decide?',
  body: `A swarm has to agree on one home. Its scouts dance for what they found, and the dances compete.

Read the study: https://example.com/swarms?page=2.

#bees #science #Nature #decisions #swarm #honey #biology`,
}

/** Words of many scripts, hashtags, links and what hostile texts are made of. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.stringMatching(/^[a-z]{1,12}[.,!?]?$/),
      fc.constantFrom(
        '#bees',
        '#日本',
        '@anna',
        'https://example.com/a?b=c',
        '\n',
        '\n\n',
        '<b>',
        '👩‍👩‍👧‍👦',
        '蜂'.repeat(30),
      ),
      fc.constantFrom('\u202e', '\u0000', '\u2066', 'é́́', '…', '#', '@', 'http://'),
    ),
    { maxLength: 120 },
  )
  .map((parts) => parts.join(' '))

describe('a text that is adapted', () => {
  test('keeps every limit of every destination, whatever the draft says', () => {
    fc.assert(
      fc.property(
        anyText,
        anyText,
        fc.constantFrom(...textDestinations),
        fc.integer({ min: 1, max: 12 }),
        (title, body, destination, times) => {
          const limits = textLimitsOf(destination)
          const { content } = adaptText({ title, body: `${body} `.repeat(times) }, limits)
          const broken = checkContent(content, limits).filter(({ rule }) => rule !== 'required')
          // Mentions are people: none is left out for the author.
          assert.deepEqual(
            broken.filter(({ rule }) => rule !== 'tooManyMentions'),
            [],
          )
        },
      ),
      { numRuns: 300 },
    )
  })

  test('goes to YouTube with title, description and tags', () => {
    const { content, notes } = adaptText(bees, textLimitsOf('youtube'))
    assert.equal(content.title, bees.title)
    assert.deepEqual(content.tags, ['bees', 'science', 'Nature', 'decisions', 'swarm', 'honey', 'biology'])
    assert.match(content.text, /^A swarm has to agree/)
    assert.match(content.text, /https:\/\/example\.com\/swarms\?page=2\n\n#bees #science #Nature$/)
    assert.deepEqual(notes, ['3 of 7 hashtags were kept, as is usual on YouTube.'])
  })

  test('goes to X in 280, title first, without the link that costs more', () => {
    const { content, notes } = adaptText(bees, textLimitsOf('x'))
    assert.match(content.text, /^How do bees decide\?\n\nA swarm has to agree/)
    assert.ok(content.text.endsWith('#bees #science'))
    assert.ok(!content.text.includes('https:'))
    assert.ok(notes.some((note) => note.includes('0.20 USD')))
  })

  test('goes to Instagram with five hashtags and no link', () => {
    const { content, notes } = adaptText(bees, textLimitsOf('instagram-reel'))
    assert.equal(findHashtags(content.text).length, 5)
    assert.equal(findLinks(content.text).length, 0)
    assert.equal(notes.length, 2)
  })

  test('does not say the title twice when the text begins with it', () => {
    const draft = { title: 'Bees decide', body: 'Bees decide! And they do it without a leader.' }
    assert.equal(adaptText(draft, textLimitsOf('linkedin')).content.text, draft.body)
  })

  test('keeps hashtags that are words of a sentence where they are', () => {
    const draft = { title: 'T', body: 'We love #bees and their dances.\n#science' }
    assert.match(adaptText(draft, textLimitsOf('linkedin')).content.text, /We love #bees and their dances\./)
  })
})

describe('a text that is checked', () => {
  const check = (text: string, destination: (typeof textDestinations)[number]) =>
    checkContent({ title: 'A title', text, tags: [] }, textLimitsOf(destination))

  test('every suggestion is without the violation that it is for', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom(...textDestinations), (text, destination) => {
        const limits = textLimitsOf(destination)
        const content = { title: text.slice(0, 300), text, tags: [] }
        for (const { field, rule, suggestion, start, end } of checkContent(content, limits)) {
          if (suggestion === null || field === 'tags') continue
          const after = checkContent({ ...content, [field]: suggestion }, limits)
          assert.ok(!after.some((other) => other.field === field && other.rule === rule), rule)
          assert.ok(start! >= 0 && start! <= end! && end! <= content[field].length)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('is too long by the destination’s own way of counting', () => {
    assert.deepEqual(check('蜂'.repeat(140), 'x'), [])
    const [long] = check('蜂'.repeat(141), 'x')
    assert.deepEqual([long!.rule, long!.limit, long!.actual], ['tooLong', 280, 282])
    assert.deepEqual(check('👩‍👩‍👧‍👦'.repeat(100), 'bluesky'), [])
    assert.equal(check('👩‍👩‍👧‍👦'.repeat(130), 'bluesky')[0]!.rule, 'tooLong', '3,000 bytes are the other limit')
    assert.equal(check('ü'.repeat(2_501), 'youtube')[0]!.rule, 'tooLong', 'YouTube counts bytes')
  })

  test('the place of what is too much is where it begins', () => {
    const [found] = check('#a1 #b2 #c3 #d4 #e5 #f6 #g7 end', 'instagram-reel')
    assert.deepEqual([found!.rule, found!.start, found!.end, found!.actual], ['tooManyHashtags', 20, 27, 7])
    assert.equal(found!.suggestion, '#a1 #b2 #c3 #d4 #e5 end')
  })

  test('a character that turns the direction around is named', () => {
    const [found] = check('invoice\u202egpj.exe', 'linkedin')
    assert.equal(found!.rule, 'invisibleCharacter')
    assert.match(found!.message, /U\+202E/)
    assert.equal(found!.suggestion, 'invoicegpj.exe')
  })

  test('angle brackets are refused by YouTube only', () => {
    assert.equal(check('a <b>', 'youtube')[0]!.rule, 'forbiddenCharacter')
    assert.deepEqual(check('a <b>', 'linkedin'), [])
  })

  test('what is needed is asked for', () => {
    const empty = checkContent({ title: '', text: '', tags: [] }, textLimitsOf('youtube'))
    assert.deepEqual(
      empty.map(({ field, rule }) => [field, rule]),
      [['title', 'required']],
    )
  })
})

test('counting: the examples of the platforms', () => {
  assert.equal(countText('Hello, world! 👋', 'weighted'), 16)
  assert.equal(countText('日本語', 'weighted'), 6)
  assert.equal(countText('see https://example.com/very/long/path?x=1 ok', 'weighted'), 30)
  assert.equal(countText('see https://example.com/very/long/path?x=1 ok', 'mastodon'), 30)
  assert.equal(countText('hi @anna@mastodon.social', 'mastodon'), 8)
  assert.equal(countTags(['bees', 'honey bees']), 4 + 1 + 12)
  assert.deepEqual(
    findMentions('ask @anna.b, not me@example.com').map(({ text }) => text),
    ['anna.b'],
  )
})

test('a shortened text is the longest beginning that ends well', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 0, max: 200 }), (text, max) => {
      const fits = (candidate: string) => [...candidate].length <= max
      const short = shortenText(text, fits)
      assert.ok(fits(short))
      assert.ok(text.trim().startsWith(short.replace(/…$/, '')))
    }),
  )
  assert.equal(
    shortenText('One. Two three four.', (text) => text.length <= 15),
    'One. Two three…',
  )
  assert.equal(
    shortenText('One two. Three four.', (text) => text.length <= 12),
    'One two.',
  )
})

test('all limits say where they are from', () => {
  assert.equal(allTextLimits().length, textDestinations.length)
  for (const { source, date } of allTextLimits()) assert.ok(source.startsWith('https://') && date)
})
