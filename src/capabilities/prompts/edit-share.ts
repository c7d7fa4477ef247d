/** Longer texts are compared by their first words; that is where people begin to edit. */
const mostWords = 3_000

/**
 * How much of a text somebody changed before using it: the words to insert, delete or replace, as a share of the
 * longer text. 0 = used as it was, 1 = written anew.
 */
export function editShare(before: string, after: string): number {
  const [a, b] = [wordsOf(before), wordsOf(after)]
  const longest = Math.max(a.length, b.length)
  if (longest === 0) return 0
  let previous = Uint16Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row++) {
    const current = new Uint16Array(b.length + 1)
    current[0] = row
    for (let column = 1; column <= b.length; column++) {
      const replaced = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1)
      current[column] = Math.min(replaced, previous[column]! + 1, current[column - 1]! + 1)
    }
    previous = current
  }
  return previous[b.length]! / longest
}

function wordsOf(text: string): string[] {
  return (text.match(/\S+/g) ?? []).slice(0, mostWords)
}
