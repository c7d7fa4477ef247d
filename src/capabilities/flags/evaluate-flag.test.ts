import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { checkFlag } from './check-flag.ts'
import { assertPrerequisites, compileFlags } from './compile-flags.ts'
import { evaluateFlag } from './evaluate-flag.ts'
import type { Environment } from './flag.ts'
import { bucketOf, murmur3 } from './hash-unit.ts'
import { settlePast } from './load-flags.ts'
import type { Context } from './match-condition.ts'
import { offForAll } from './test-flags.ts'

const noonMs = Date.parse('2026-11-21T12:00:00Z')

function ask(
  change: object,
  context: Context = {},
  options: { nowMs?: number; environment?: Environment } = {},
) {
  const definition = checkFlag({ ...offForAll, ...change })
  const flags = compileFlags([{ key: 'a', version: 1, definition }], {
    environment: options.environment ?? 'production',
  })
  return evaluateFlag(flags, 'a', context, options.nowMs ?? noonMs)
}

describe('the hash', () => {
  test('is MurmurHash3 x86 32: the published test vectors', () => {
    assert.equal(murmur3('', 0), 0)
    assert.equal(murmur3('', 1), 0x514e28b7)
    assert.equal(murmur3('test', 0x9747b28c), 0x704b81dc)
    assert.equal(murmur3('Hello, world!', 0x9747b28c), 0x24884cba)
    assert.equal(murmur3('The quick brown fox jumps over the lazy dog', 0x9747b28c), 0x2fa826cd)
    assert.equal(murmur3('aa', 0x9747b28c), 0x5d211726)
    assert.equal(murmur3('aaa', 0x9747b28c), 0x283e0130)
  })

  test('spreads units evenly, and two salts are unrelated', () => {
    const units = Array.from({ length: 20_000 }, (_, index) => `user-${index}`)
    const inFirst = units.filter((unit) => bucketOf('a', unit) < 20_000)
    const inBoth = inFirst.filter((unit) => bucketOf('b', unit) < 20_000)
    assert.ok(Math.abs(inFirst.length / units.length - 0.2) < 0.015)
    assert.ok(Math.abs(inBoth.length / inFirst.length - 0.2) < 0.03)
  })

  test('takes long and non-Latin texts', () => {
    assert.equal(typeof bucketOf('a', '🐝'.repeat(5_000)), 'number')
    assert.notEqual(murmur3('ä'), murmur3('a'))
  })
})

describe('a flag serves', () => {
  test('one variant to everybody', () => {
    assert.deepEqual(ask({}), { value: false, variant: 'off', reason: 'STATIC', version: 1 })
    assert.equal(ask({ serve: { variant: 'on' } })?.value, true)
  })

  test('the off variant when it is off, whatever the rules say', () => {
    const rules = [{ when: [{ attribute: 'plan', operator: 'exists' }], serve: { variant: 'on' } }]
    assert.equal(ask({ isOn: false, rules, serve: { variant: 'on' } }, { plan: 'x' })?.reason, 'OFF')
  })

  test('by the first rule whose conditions all hold', () => {
    const rules = [
      {
        when: [
          { attribute: 'plan', operator: 'in', values: ['team', 'studio'] },
          { attribute: 'seats', operator: 'atLeast', values: [5] },
        ],
        serve: { variant: 'on' },
      },
    ]
    assert.equal(ask({ rules }, { plan: 'team', seats: 5 })?.reason, 'TARGETING_MATCH')
    assert.equal(ask({ rules }, { plan: 'team', seats: 4 })?.value, false)
    assert.equal(ask({ rules }, { seats: 9 })?.value, false)
  })

  const cases: Array<[string, unknown[], unknown, boolean]> = [
    ['in', ['a'], 'a', true],
    ['in', ['a'], ['b', 'a'], true],
    ['in', [1], '1', false],
    ['notIn', ['a'], undefined, true],
    ['contains', ['ee'], 'bees', true],
    ['startsWith', ['be', 'x'], 'bees', true],
    ['endsWith', ['x'], 'bees', false],
    ['lessThan', [3], 2, true],
    ['atMost', [3], 3, true],
    ['moreThan', [3], 3, false],
    ['moreThan', [3], '4', false],
    ['before', ['2026-01-01T00:00:00Z'], '2025-12-31', true],
    ['after', ['2026-01-01T00:00:00Z'], new Date(noonMs), true],
    ['after', ['2026-01-01T00:00:00Z'], 'never', false],
    ['exists', [], null, false],
    ['missing', [], undefined, true],
  ]
  for (const [operator, values, given, expected] of cases) {
    test(`${operator} ${JSON.stringify(values)} ${expected ? 'matches' : 'does not match'} ${String(given)}`, () => {
      const rules = [{ when: [{ attribute: 'x', operator, values }], serve: { variant: 'on' } }]
      assert.equal(ask({ rules }, given === undefined ? {} : { x: given })?.value, expected)
    })
  }

  test('shares of units that stay where they are when a share grows', () => {
    const at = (percent: number, unit: string) =>
      ask(
        {
          serve: {
            split: [
              { variant: 'on', percent },
              { variant: 'off', percent: 100 - percent },
            ],
          },
        },
        { targetingKey: unit },
      )?.value
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 50 }), (unit, percent) => {
        assert.equal(at(percent, unit), at(percent, unit))
        if (at(percent, unit)) assert.equal(at(percent * 2, unit), true)
        assert.equal(at(100, unit), true)
        assert.equal(at(0, unit), false)
      }),
    )
  })

  test('shares by another attribute: everybody of a team gets the same', () => {
    const serve = {
      split: [
        { variant: 'on', percent: 50 },
        { variant: 'off', percent: 50 },
      ],
      by: 'team',
    }
    const found = new Set(
      Array.from(
        { length: 30 },
        (_, index) => ask({ serve }, { targetingKey: `u${index}`, team: 't1' })?.value,
      ),
    )
    assert.equal(found.size, 1)
  })

  test('something else in an environment', () => {
    const environments = { staging: { serve: { variant: 'on' } }, development: { isOn: false } }
    assert.equal(ask({ environments }, {}, { environment: 'staging' })?.value, true)
    assert.equal(ask({ environments }, {}, { environment: 'development' })?.reason, 'OFF')
    assert.equal(ask({ environments })?.value, false)
  })

  test('what the schedule says, from the minute on', () => {
    const schedule = [
      { at: '2026-11-21T13:00:00+01:00', serve: { variant: 'on' } },
      { at: '2026-11-21T13:00:00Z', isOn: false },
    ]
    const at = (time: string) => ask({ schedule }, {}, { nowMs: Date.parse(`2026-11-21T${time}Z`) })
    assert.equal(at('11:59:59')?.value, false)
    assert.equal(at('12:00:00')?.value, true)
    assert.equal(at('13:00:00')?.reason, 'OFF')
    const settled = settlePast(checkFlag({ ...offForAll, schedule }), new Date(noonMs))
    assert.deepEqual(settled.serve, { variant: 'on' })
    assert.equal(settled.schedule.length, 1)
  })

  test('a rollout to more and more units, and never takes one out', () => {
    const rollout = {
      variant: 'on',
      startedAt: '2026-11-21T12:00:00.000Z',
      steps: [
        { percent: 10, holdMinutes: 60 },
        { percent: 50, holdMinutes: 60 },
        { percent: 100, holdMinutes: 0 },
      ],
    }
    const units = Array.from({ length: 2_000 }, (_, index) => `u${index}`)
    const inAt = (minutes: number) =>
      units.filter(
        (unit) => ask({ rollout }, { targetingKey: unit }, { nowMs: noonMs + minutes * 60_000 })?.value,
      )
    assert.equal(inAt(-1).length, 0)
    const [first, second] = [inAt(0), inAt(60)]
    assert.ok(Math.abs(first.length - 200) < 60 && Math.abs(second.length - 1_000) < 100)
    assert.ok(first.every((unit) => second.includes(unit)))
    assert.equal(inAt(120).length, units.length)
    const stopped = { ...rollout, stopped: { at: '2026-11-21T12:30:00.000Z', because: 'x' } }
    assert.equal(ask({ rollout: stopped }, { targetingKey: first[0]! })?.value, false)
  })

  test('only when the flags that it needs serve what it needs', () => {
    const base = checkFlag({ ...offForAll, serve: { variant: 'on' } })
    const needing = { ...base, prerequisites: [{ flag: 'a', variants: ['on'] }] }
    const chain = (isOn: boolean) =>
      compileFlags(
        [
          { key: 'a', version: 1, definition: { ...base, isOn } },
          { key: 'b', version: 1, definition: needing },
        ],
        { environment: 'production' },
      )
    assert.equal(evaluateFlag(chain(true), 'b', {}, noonMs)?.value, true)
    const without = evaluateFlag(chain(false), 'b', {}, noonMs)
    assert.deepEqual([without?.value, without?.reason, without?.by], [false, 'PREREQUISITE', 'a'])
  })
})

describe('what cannot be a flag', () => {
  const refused: Array<[string, object, string]> = [
    ['shares that do not add up', { serve: { split: [{ variant: 'on', percent: 60 }] } }, 'flags.weights'],
    [
      'shares of 100.001 %',
      {
        serve: {
          split: [
            { variant: 'on', percent: 60 },
            { variant: 'off', percent: 40.001 },
          ],
        },
      },
      'flags.weights',
    ],
    [
      'shares finer than a thousandth',
      {
        serve: {
          split: [
            { variant: 'on', percent: 0.0001 },
            { variant: 'off', percent: 99.9999 },
          ],
        },
      },
      'flags.weights',
    ],
    ['a variant that is not there', { serve: { variant: 'maybe' } }, 'flags.invalid'],
    ['a value of another kind', { variants: { on: 'yes', off: false } }, 'flags.invalid'],
    ['a number that is none', { kind: 'number', variants: { on: Number.NaN, off: 1 } }, 'flags.invalid'],
    ['a field nobody knows', { sevre: { variant: 'on' } }, 'flags.invalid'],
    [
      'a condition without values',
      { rules: [{ when: [{ attribute: 'x', operator: 'in' }], serve: { variant: 'on' } }] },
      'flags.invalid',
    ],
    ['a huge value', { kind: 'string', variants: { on: 'x'.repeat(30_000), off: '' } }, 'flags.invalid'],
    [
      'a schedule that goes back',
      {
        schedule: [
          { at: '2026-02-01T00:00:00Z', isOn: true },
          { at: '2026-01-01T00:00:00Z', isOn: false },
        ],
      },
      'flags.invalid',
    ],
  ]
  for (const [name, change, code] of refused) {
    test(name, () => assert.throws(() => checkFlag({ ...offForAll, ...change }), { code }))
  }

  test('flags that need each other in a circle, with the circle named', () => {
    const needing = (flag: string) => checkFlag({ ...offForAll, prerequisites: [{ flag, variants: ['on'] }] })
    const sources = [
      { key: 'a', version: 1, definition: needing('b') },
      { key: 'b', version: 1, definition: needing('c') },
      { key: 'c', version: 1, definition: needing('a') },
    ]
    assert.throws(() => assertPrerequisites(sources), { code: 'flags.cycle', message: /a → b → c → a/ })
    const lonely = [{ key: 'a', version: 1, definition: needing('z') }]
    assert.throws(() => assertPrerequisites(lonely), { code: 'flags.invalid', message: /"z"/ })
  })
})
