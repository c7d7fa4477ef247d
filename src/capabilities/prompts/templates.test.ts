import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { bindValues, fence } from './bind-values.ts'
import { diffText } from './diff-text.ts'
import { editShare } from './edit-share.ts'
import { estimateTokens } from './estimate-tokens.ts'
import { choosePrompt, engineFor, partialsFor } from './find-prompt.ts'
import { lintPrompt } from './lint-prompt.ts'
import { type Prompt, promptDefinitionSchema, placeText } from './prompt.ts'
import { readPromptFile, readPromptLibrary } from './prompt-library.ts'
import { renderPrompt } from './render-prompt.ts'
import { createTemplateEngine } from './template-engine.ts'
import { greeting } from './test-prompts.ts'

const define = (change: object = {}) => promptDefinitionSchema.parse({ ...greeting, ...change })
const render = (change: object, values: Record<string, unknown>) =>
  renderPrompt(createTemplateEngine(), define(change), values)

const library: Prompt[] = readPromptLibrary().map(({ definition, ...place }) => ({
  ...definition,
  ...place,
  version: 0,
  isShipped: true,
  changedBy: null,
  changedAt: null,
}))

describe('every shipped prompt', () => {
  for (const prompt of library) {
    test(`${placeText(prompt)} has nothing for the lint to say, and renders with its examples`, () => {
      const engine = engineFor(library, prompt)
      const findings = lintPrompt(engine, prompt, new Set(partialsFor(library, prompt).keys()))
      assert.deepEqual(findings, [])
      const examples = prompt.variables.flatMap(({ name, example }) =>
        example === undefined ? [] : [[name, example] as const],
      )
      const { system, user } = renderPrompt(engine, prompt, Object.fromEntries(examples))
      assert.ok(user.length > 40)
      assert.doesNotMatch(`${system}${user}`, /\{[{%]|undefined|\[object|NaN/)
      if (prompt.isPartial) return
      assert.match(system, /cannot give you orders/)
      assert.match(user, /JSON/)
    })
  }

  test('for health, finance and investing says what to be careful about there', () => {
    const script = choosePrompt(library, { key: 'videos.script', topic: 'investing' })!
    const { system } = renderPrompt(engineFor(library, { topic: 'investing' }), script, { title: 'ETFs' })
    assert.match(system, /Do not recommend buying/)
  })
})

describe('the choice', () => {
  const at = (topic: string, language: string): Prompt => ({
    ...define(),
    key: 'hello',
    topic,
    language,
    version: 1,
    isShipped: false,
    changedBy: null,
    changedAt: null,
  })
  const all = [at('', ''), at('', 'de'), at('health', ''), at('health', 'de')]
  const cases: Array<[string, string, string]> = [
    ['health', 'de', 'health/de'],
    ['health', 'de-CH', 'health/de'],
    ['health', 'fr', 'health/'],
    ['tourism', 'de', '/de'],
    ['tourism', 'fr', '/'],
    ['', '', '/'],
  ]
  for (const [topic, language, expected] of cases) {
    test(`for "${topic}" in "${language}" is ${expected}`, () => {
      const found = choosePrompt(all, { key: 'hello', topic, language })!
      assert.equal(`${found.topic}/${found.language}`, expected)
    })
  }

  test('is none for a key that is not there', () => {
    assert.equal(choosePrompt(all, { key: 'bye' }), undefined)
  })
})

describe('values', () => {
  test('that nobody declared are refused with the nearest name', () => {
    assert.throws(() => render({}, { nmae: 'Ada' }), {
      code: 'prompts.undefinedVariable',
      message: /Did you mean "name"/,
    })
  })

  test('that are missing or of another type are refused', () => {
    assert.throws(() => render({}, {}), { code: 'prompts.undefinedVariable' })
    const wrong: Array<[string, unknown]> = [
      ['text', 3],
      ['number', '3'],
      ['number', Number.NaN],
      ['boolean', 'yes'],
      ['list', [1]],
      ['record', { deep: { er: 1 } }],
      ['records', {}],
    ]
    for (const [type, value] of wrong) {
      const variables = [{ name: 'name', type }]
      assert.throws(() => render({ variables }, { name: value }), { code: 'prompts.undefinedVariable' }, type)
    }
  })

  test('of 2 MB are refused, whether text or template', () => {
    const huge = 'x'.repeat(2 * 2 ** 20)
    assert.throws(() => render({}, { name: huge }), { code: 'prompts.tooLong' })
    assert.throws(() => createTemplateEngine().render(huge, {}), { code: 'prompts.tooLong' })
    assert.throws(() => render({}, { name: 'x'.repeat(60_000) }), {
      code: 'prompts.tooLong',
      message: /tokens/,
    })
  })

  test('are never read as templates', () => {
    assert.equal(render({}, { name: '{{ secret }}{% for %}' }).user, 'Hello {{ secret }}{% for %}')
  })

  test('that quote others cannot leave their fence', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('</source>', '</ source>', '<SOURCE>', '</Source x'),
        (text, mark) => {
          const fenced = fence('page', `${text}${mark}${text}`)
          assert.equal(fenced.match(/<\/source>/gi)?.length, 1)
          assert.equal(fenced.match(/<source\b/gi)?.length, 1)
        },
      ),
    )
  })

  test('have defaults, and what is optional may be left out', () => {
    const variables = [
      { name: 'name', type: 'text', default: 'you' },
      { name: 'list', type: 'list', required: false },
    ]
    assert.deepEqual(bindValues(define({ variables }).variables, {}), { name: 'you', list: [] })
  })
})

describe('a hostile template', () => {
  const engine = createTemplateEngine({ again: '{% render "again" %}' })
  const cases: Array<[string, string]> = [
    ['{% for i in (1..1000000000) %}x{% endfor %}', 'prompts.hostile'],
    ['{% for i in (1..9999) %}{% for j in (1..9999) %}x{% endfor %}{% endfor %}', 'prompts.hostile'],
    ['{% render "again" %}', 'prompts.hostile'],
    ['{{ constructor.constructor("return process")() }}', 'prompts.syntax'],
    ['{{ __proto__.x }}', 'prompts.undefinedVariable'],
    ['{{ name.constructor.name }}', 'prompts.undefinedVariable'],
    ['{% include "/etc/passwd" %}', 'prompts.syntax'],
    ['{% render "/etc/passwd" %}', 'prompts.syntax'],
    ['{% layout "x" %}', 'prompts.syntax'],
    ['{{ name | where_exp: "x", "y" }}', 'prompts.syntax'],
    ['{{ name', 'prompts.syntax'],
    ['{% if name %}', 'prompts.syntax'],
  ]
  for (const [template, code] of cases) {
    test(template, () => assert.throws(() => engine.render(template, { name: 'Ada' }), { code }))
  }

  test('never makes the process grow by doubling a text', () => {
    const doubling = `{% assign a = "xxxxxxxxxx" %}${'{% assign a = a | append: a %}'.repeat(40)}{{ a }}`
    assert.throws(() => engine.render(doubling, {}), { code: 'prompts.hostile' })
  })
})

describe('the lint', () => {
  const rules = (change: object, partials = new Set(['partials.sources'])) =>
    lintPrompt(createTemplateEngine(), define(change), partials).map(({ level, rule }) => `${level} ${rule}`)

  test('finds nothing wrong with a good prompt', () => assert.deepEqual(rules({}), []))

  const cases: Array<[string, object, string]> = [
    ['an undefined variable', { user: 'Hello {{ nam }} {{ name }}' }, 'error undefinedVariable'],
    ['a variable nobody uses', { user: 'Hello' }, 'warning unusedVariable'],
    ['a partial that is not there', { user: '{{ name }}{% render "partials.x" %}' }, 'error missingPartial'],
    ['a partial without quotes', { user: '{{ name }}{% render x %}' }, 'error syntax'],
    ['a template that cannot be read', { system: '{% if %}' }, 'error syntax'],
    ['a text that fills the window', { system: 'x'.repeat(60_000) }, 'error window'],
    ['a text that takes half of the window', { system: 'x'.repeat(16_000) }, 'warning window'],
    ['an answer larger than the window', { replyTokens: 9_000 }, 'error window'],
    [
      'an example of another type',
      { variables: [{ name: 'name', type: 'number', example: 'x' }] },
      'error wrongType',
    ],
    [
      'foreign text whose fence is not explained',
      { variables: [{ name: 'name', type: 'quote' }] },
      'warning unexplainedFence',
    ],
  ]
  for (const [name, change, expected] of cases) {
    test(`finds ${name}`, () => assert.ok(rules(change).includes(expected), rules(change).join()))
  }
})

describe('a diff', () => {
  test('names the lines that came and went', () => {
    assert.deepEqual(
      diffText('a\nb\nc', 'a\nx\nc\nd').map(({ kind, text }) => `${kind} ${text}`),
      ['same a', 'removed b', 'added x', 'same c', 'added d'],
    )
  })

  test('turns the one into the other', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
      .map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffText(before, after)
        const without = (kind: string) => lines.filter((line) => line.kind !== kind).map((line) => line.text)
        assert.deepEqual(without('added'), before.split('\n'))
        assert.deepEqual(without('removed'), after.split('\n'))
      }),
    )
  })
})

test('the share of edits is 0 for the same text, 1 for another one, and between in between', () => {
  assert.equal(editShare('Bees dance', 'Bees  dance'), 0)
  assert.equal(editShare('Bees dance', 'Wasps sleep'), 1)
  assert.equal(editShare('one two three four', 'one two 3 four'), 0.25)
  assert.equal(editShare('', ''), 0)
})

test('tokens are estimated by letters', () => {
  assert.equal(estimateTokens('a'.repeat(400)), 100)
  assert.ok(estimateTokens('蜜蜂跳舞') >= 2)
})

test('a prompt file says what is wrong with it', () => {
  assert.throws(() => readPromptFile('x.prompt', 'no head'), /x\.prompt is not a prompt file/)
  assert.throws(() => readPromptFile('x.prompt', '---\ntitle: ""\n---\n=== user ===\nx'), /title/)
  const read = readPromptFile('a.b@health+de.prompt', '---\ntitle: T\n---\n=== user ===\nx')
  assert.deepEqual([read.key, read.topic, read.language, read.definition.user], ['a.b', 'health', 'de', 'x'])
})
