import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cleanAssetName } from './asset-name.ts'

test('a name keeps what a person typed and loses what could mislead', () => {
  const cases = {
    'film.mp4': 'film.mp4',
    '  spaced name.mov ': 'spaced name.mov',
    '日本語の映画.mp4': '日本語の映画.mp4',
    '👩‍👩‍👧 family.mp4': '👩‍👩‍👧 family.mp4',
    'A\u0308pfel.mp4': 'Äpfel.mp4',
    '../../etc/passwd': 'passwd',
    'C:\\Users\\me\\film.avi': 'film.avi',
    'a\u0000b\u0007\n.mp4': 'ab.mp4',
    'invoice\u202efdp.exe': 'invoicefdp.exe',
    'zero\u200bwidth\ufeff.mp4': 'zerowidth.mp4',
    'half \ud800 pair.mp4': 'half � pair.mp4',
    '<script>.mp4': '<script>.mp4',
  }
  for (const [given, shown] of Object.entries(cases)) assert.equal(cleanAssetName(given), shown)
})

test('a name with nothing to see, or too much of it, is refused', () => {
  for (const given of [
    '',
    '   ',
    '/',
    'folder/',
    '..',
    '\u202e\u200d',
    '\u0000',
    'x'.repeat(256),
    'x'.repeat(1_000_000),
  ]) {
    assert.throws(() => cleanAssetName(given), { code: 'assets.badName' }, given.slice(0, 20))
  }
  assert.equal(cleanAssetName('ü'.repeat(255)).length, 255)
})
