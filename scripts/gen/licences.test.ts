import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { isAccepted, refusedPackages, shippedPackages } from './licences.ts'

test('every shipped package has a licence that somebody has looked at, and none is AGPL, SSPL or GPL', async () => {
  const packages = await shippedPackages(resolve(import.meta.dirname, '../..'))
  assert.ok(packages.length > 100)
  assert.deepEqual(refusedPackages(packages), [])
})

test('a licence expression is read as its author meant it', () => {
  for (const expression of [
    'MIT',
    '(MIT OR CC0-1.0)',
    '(AFL-2.1 OR BSD-3-Clause)',
    'Apache-2.0 AND LGPL-3.0-or-later',
  ]) {
    assert.ok(isAccepted(expression), expression)
  }
  for (const expression of [
    'AGPL-3.0-only',
    'SSPL-1.0',
    'GPL-3.0-or-later',
    'MIT AND AGPL-3.0-only',
    'unknown',
    'BSL',
    '',
  ]) {
    assert.ok(!isAccepted(expression), expression)
  }
})

test('only the Restate server may be under the Business Source License', () => {
  const part = (name: string) => ({ name, version: '1', licence: 'BSL', isOptional: true })
  const refused = refusedPackages([part('@restatedev/restate-server-linux-x64'), part('something-else')])
  assert.deepEqual(
    refused.map(({ name }) => name),
    ['something-else'],
  )
})
