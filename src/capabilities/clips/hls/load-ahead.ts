/** Pieces of a programme that are on their way at once. */
const atOnce = 4

/** Loads several things at once and gives them in order. The first failure ends it; what is under way is not waited for. */
export async function* loadAhead<T>(count: number, load: (index: number) => Promise<T>): AsyncGenerator<T> {
  const underWay: Promise<T>[] = []
  for (let index = 0, next = 0; index < count; index++) {
    while (next < count && next < index + atOnce) {
      const started = load(next++)
      // Told when its turn comes.
      started.catch(() => undefined)
      underWay.push(started)
    }
    yield await underWay.shift()!
  }
}
