import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { adjustBenjaminiHochberg, adjustHolm } from './adjust-p-values.ts'
import { believeMeans, believeProportions, credibleInterval } from './bayes.ts'
import { compareMeans, sampleOf } from './compare-means.ts'
import { compareProportions, wilsonInterval } from './compare-proportions.ts'
import {
  betaCdf,
  chiSquareTail,
  normalCdf,
  normalQuantile,
  studentCritical,
  studentTwoSided,
} from './distributions.ts'
import { checkSampleRatio } from './sample-ratio.ts'
import { assessSample, powerForProportions, unitsForMeans, unitsForProportions } from './sample-size.ts'
import { lookSequentially } from './sequential-test.ts'

const near = (actual: number, expected: number, within: number, what = '') =>
  assert.ok(Math.abs(actual - expected) <= within, `${what} ${actual} is not ${expected} ± ${within}`)

describe('the distributions agree with printed tables', () => {
  test('normal, Student, chi-square and beta', () => {
    near(normalCdf(1.96), 0.975_002_104_851_78, 1e-12)
    near(normalQuantile(0.975), 1.959_963_984_540_05, 1e-11)
    near(normalCdf(-6), 9.865_876_450_377e-10, 1e-20)
    near(studentCritical(0.05, 10), 2.228_139, 1e-6)
    near(studentCritical(0.05, 1), 12.706_205, 1e-5)
    near(studentTwoSided(2.045, 29), 0.05, 1e-4)
    near(chiSquareTail(3.841_459, 1), 0.05, 1e-7)
    near(chiSquareTail(18.307, 10), 0.05, 1e-5)
    near(betaCdf(0.5, 2, 3), 0.687_5, 1e-14)
  })

  test('large parameters stay exact: a beta is symmetric', () => {
    near(betaCdf(0.5, 1e6, 1e6), 0.5, 1e-8)
  })
})

describe('two proportions', () => {
  test('aspirin and heart attacks: 189 of 11,034 and 104 of 11,037 (Agresti, Categorical Data Analysis, 2.2)', () => {
    const result = compareProportions({ successes: 104, units: 11_037 }, { successes: 189, units: 11_034 })
    near(result.difference, 0.0077, 0.000_05)
    near(result.standardError, 0.0015, 0.000_05)
    near(result.statistic ** 2, 25.01, 0.01)
    near(1 + result.relativeDifference!, 1.82, 0.005)
    near(result.interval.low, 0.005, 0.0005)
    near(result.interval.high, 0.011, 0.0005)
  })

  // Newcombe 1998, table II, method 10, examples a, b, e.
  for (const [x1, n1, x2, n2, low, high] of [
    [48, 80, 56, 70, 0.0524, 0.3339],
    [3, 10, 9, 10, 0.1705, 0.809],
    [0, 29, 5, 56, -0.0381, 0.1926],
  ] as const) {
    test(`Newcombe's interval for ${x2}/${n2} − ${x1}/${n1}`, () => {
      const { interval } = compareProportions({ successes: x1, units: n1 }, { successes: x2, units: n2 })
      near(interval.low, low, 0.000_05)
      near(interval.high, high, 0.000_05)
    })
  }

  test("Wilson's interval of 81 in 263 (Newcombe 1998, table I: 0.2553 to 0.3662)", () => {
    const { low, high } = wilsonInterval({ successes: 81, units: 263 })
    near(low, 0.2553, 0.000_05)
    near(high, 0.3662, 0.000_05)
  })

  test('swapping the sides turns every sign, and nobody on both sides is no surprise', () => {
    const [a, b] = [
      { successes: 15, units: 50 },
      { successes: 25, units: 60 },
    ]
    const [one, other] = [compareProportions(a, b), compareProportions(b, a)]
    near(one.difference, -other.difference, 1e-15)
    near(one.interval.low, -other.interval.high, 1e-12)
    assert.equal(one.pValue, other.pValue)
    assert.equal(compareProportions({ successes: 0, units: 9 }, { successes: 0, units: 9 }).pValue, 1)
  })

  test('what is not a proportion is refused', () => {
    for (const [successes, units] of [
      [3, 2],
      [-1, 5],
      [0, 0],
      [1.5, 3],
      [Number.NaN, 3],
    ] as const) {
      assert.throws(() => compareProportions({ successes, units }, { successes: 1, units: 2 }), RangeError)
    }
  })
})

describe("Welch's test", () => {
  const sample = (values: number[]) =>
    sampleOf(
      values.length,
      values.reduce((sum, value) => sum + value, 0),
      values.reduce((sum, value) => sum + value * value, 0),
    )

  test("Student's sleep data (1908), as R's t.test reports them", () => {
    const one = sample([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2])
    const two = sample([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
    const result = compareMeans(two, one)
    near(result.statistic, -1.8608, 0.000_05)
    near(result.degrees, 17.776, 0.0005)
    near(result.pValue, 0.079_39, 0.000_005)
    near(result.interval.low, -3.365_483_2, 1e-6)
    near(result.interval.high, 0.205_483_2, 1e-6)
  })

  test('values that are all the same are no surprise', () => {
    assert.equal(compareMeans(sample([2, 2, 2]), sample([2, 2])).pValue, 1)
  })
})

describe('planning', () => {
  test("R's help: power.prop.test(p1 = .50, p2 = .75, power = .90) gives n = 76.7", () => {
    near(unitsForProportions(0.5, 0.75, { power: 0.9 }), 76.7, 0.05)
  })

  test('one standard deviation at 90 % needs 21 (normal approximation of power.t.test, which says 22.02)', () => {
    near(unitsForMeans(1, 1, { power: 0.9 }), 21.01, 0.01)
  })

  test('the power of the planned sample is the planned power', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.02, max: 0.5, noNaN: true }), (baseline) => {
        const units = unitsForProportions(baseline, baseline * 1.3)
        near(powerForProportions(baseline, baseline * 1.3, units), 0.8, 0.001)
      }),
    )
  })

  test('says what is missing until a verdict', () => {
    const state = assessSample({ unitsOfSmallest: 80, days: 5 }, { minUnits: 100, minDays: 7 })
    assert.deepEqual(state, { isEnough: false, missingUnits: 20, missingDays: 2 })
  })
})

describe('the sample ratio', () => {
  test('821,588 and 815,482 are no fair split (Kohavi, Tang & Xu 2020, chapter 3: p = 1.8e-6)', () => {
    const ratio = checkSampleRatio([821_588, 815_482], [50, 50])
    near(ratio.pValue, 1.8e-6, 0.1e-6)
    assert.equal(ratio.isMismatch, true)
  })

  test('a fair split is none, nor are a handful of units', () => {
    assert.equal(checkSampleRatio([5_010, 4_990], [50, 50]).isMismatch, false)
    assert.equal(checkSampleRatio([9, 0], [50, 50]).isMismatch, false)
    assert.equal(checkSampleRatio([90, 10], [90, 10]).pValue, 1)
    assert.equal(checkSampleRatio([100, 0, 3], [50, 50, 0]).isMismatch, true)
  })
})

describe('several tests at once', () => {
  // Benjamini & Hochberg 1995, section 4: the fifteen p-values of the thrombolysis study.
  const p = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
    0.759, 1,
  ]

  test('Benjamini and Hochberg refuse four, Holm three, as printed', () => {
    const counted = (adjusted: number[]) => adjusted.filter((value) => value <= 0.05).length
    assert.equal(counted(adjustBenjaminiHochberg(p)), 4)
    assert.equal(counted(adjustHolm(p)), 3)
  })

  test('keep their order, never lower a value, and one test alone stays as it is', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (values) => {
        for (const adjust of [adjustHolm, adjustBenjaminiHochberg]) {
          const adjusted = adjust(values)
          values.forEach((value, i) => {
            assert.ok(adjusted[i]! >= value * (1 - 1e-12) && adjusted[i]! <= 1)
            values.forEach((other, j) => assert.ok(value > other || adjusted[i]! <= adjusted[j]!))
          })
        }
      }),
    )
    assert.deepEqual(adjustHolm([0.03]), [0.03])
  })
})

describe('the sequential test', () => {
  test('is the mixture that it claims to be: the closed form equals the integral', () => {
    const [difference, standardError, mixingSd] = [0.7, 0.4, 0.9]
    const density = (x: number, mean: number, sd: number) =>
      Math.exp(-((x - mean) ** 2) / (2 * sd * sd)) / (sd * Math.sqrt(2 * Math.PI))
    let mixture = 0
    const step = 0.001
    for (let effect = -8; effect <= 8; effect += step) {
      mixture += density(difference, effect, standardError) * density(effect, 0, mixingSd) * step
    }
    const look = lookSequentially({ difference, standardError }, { mixingSd })
    near(look.likelihoodRatio, mixture / density(difference, 0, standardError), 1e-6)
  })

  test('its interval touches zero exactly where its p-value is alpha', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        (standardError, mixingSd) => {
          const { interval } = lookSequentially({ difference: 0, standardError }, { mixingSd })
          const edge = lookSequentially({ difference: interval.high, standardError }, { mixingSd })
          near(edge.pValue, 0.05, 1e-9)
          near(edge.interval.low, 0, 1e-9 * interval.high)
        },
      ),
    )
  })

  test('is wider than a test that looks once, and knows nothing without data', () => {
    const look = lookSequentially({ difference: 1, standardError: 0.5 }, { mixingSd: 0.5 })
    assert.ok(look.interval.low < 1 - 1.96 * 0.5)
    assert.equal(lookSequentially({ difference: 1, standardError: 0 }, { mixingSd: 1 }).pValue, 1)
  })
})

describe('what to believe', () => {
  test('437 girls in 980 births: 0.415 to 0.477 (Gelman et al., Bayesian Data Analysis, 2.4)', () => {
    const { low, high } = credibleInterval({ successes: 437, units: 980 })
    near(low, 0.415, 0.0005)
    near(high, 0.477, 0.0005)
  })

  test('the same data on both sides are a coin toss', () => {
    const belief = believeProportions({ successes: 30, units: 100 }, { successes: 30, units: 100 })
    near(belief.chanceTreatmentIsHigher, 0.5, 1e-6)
    near(belief.expectedLossOfControl, belief.expectedLossOfTreatment, 1e-9)
  })

  test("agrees with Miller's exact sum for whole numbers", () => {
    // P(B > A) = Σ_{i<αB} B(αA+i, βA+βB) / ((βB+i) B(1+i, βB) B(αA, βA)); evanmiller.org/bayesian-ab-testing
    const [aA, bA, aB, bB] = [11, 21, 17, 15]
    const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1))
    const beta = (a: number, b: number) => (factorial(a - 1) * factorial(b - 1)) / factorial(a + b - 1)
    let exact = 0
    for (let i = 0; i < aB; i++) exact += beta(aA + i, bA + bB) / ((bB + i) * beta(1 + i, bB) * beta(aA, bA))
    const belief = believeProportions({ successes: 10, units: 30 }, { successes: 16, units: 30 })
    near(belief.chanceTreatmentIsHigher, exact, 1e-6)
  })

  test('loss of one minus loss of the other is the expected difference', () => {
    const belief = believeProportions({ successes: 2, units: 40 }, { successes: 9, units: 50 })
    const expected = 10 / 52 - 3 / 42
    near(belief.expectedLossOfControl - belief.expectedLossOfTreatment, expected, 1e-6)
    const means = believeMeans({ difference: 0.4, standardError: 0.3 })
    near(means.expectedLossOfControl - means.expectedLossOfTreatment, 0.4, 1e-12)
    near(means.chanceTreatmentIsHigher, 0.908_788_8, 1e-6)
  })

  test('a prior pulls towards no difference', () => {
    const sure = believeMeans({ difference: 1, standardError: 1 }, { priorSd: 0.1 })
    assert.ok(
      sure.chanceTreatmentIsHigher <
        believeMeans({ difference: 1, standardError: 1 }).chanceTreatmentIsHigher,
    )
  })
})
