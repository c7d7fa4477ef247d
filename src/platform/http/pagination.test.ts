import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { decodeCursor, encodeCursor, pageQuery, toPage } from './pagination.ts'

describe('pages', () => {
  test('a full page has a cursor that leads to the next, the last page has none', () => {
    const page = toPage([{ id: 'a' }, { id: 'b' }, { id: 'c' }], 2, (row) => row.id)
    assert.deepEqual(page.items, [{ id: 'a' }, { id: 'b' }])
    assert.equal(decodeCursor(z.string(), page.nextCursor ?? undefined), 'b')
    assert.equal(toPage([{ id: 'a' }, { id: 'b' }], 2, (row) => row.id).nextCursor, null)
    assert.deepEqual(
      toPage([], 2, () => 0),
      { items: [], nextCursor: null },
    )
  })

  test('a cursor of another list, or garbage, is refused', () => {
    for (const cursor of [encodeCursor({ at: 1 }), 'garbage', '%%%', '']) {
      assert.throws(() => decodeCursor(z.string(), cursor), { code: 'http.invalidCursor' }, cursor)
    }
  })

  test('a page has 25 items unless asked otherwise, and never more than 200', () => {
    assert.equal(pageQuery.parse({}).limit, 25)
    assert.equal(pageQuery.parse({ limit: '200' }).limit, 200)
    for (const limit of ['0', '201', '1.5', 'many', '-1'])
      assert.equal(pageQuery.safeParse({ limit }).success, false)
  })
})
