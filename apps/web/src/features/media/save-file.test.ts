import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fileNameOf } from './save-file.ts'

describe('a downloaded file', () => {
  test('keeps its name in any script', () => {
    const header = `attachment; filename="Gr__e.edl"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%281%29.edl`
    assert.equal(fileNameOf(new Headers({ 'content-disposition': header })), 'Größe (1).edl')
    assert.equal(fileNameOf(new Headers()), undefined)
  })
})
