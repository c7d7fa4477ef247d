import { randomInt } from 'node:crypto'

// Without 0/O, 1/l/I: people type it from a terminal or a note.
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A random password of four groups, such as `k7mp-x2hd-q9vb-t4rn` (79 bits). */
export function newOneTimePassword(): string {
  const group = () => Array.from({ length: 4 }, () => alphabet.charAt(randomInt(alphabet.length))).join('')
  return [group(), group(), group(), group()].join('-')
}
