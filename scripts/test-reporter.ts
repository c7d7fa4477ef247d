import { writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { TestEvent } from 'node:test/reporters'
import { inspect } from 'node:util'

/** What one process of tests did; written when it is through, so its absence means that it crashed. */
export type GroupResult = {
  passed: number
  failed: number
  skipped: number
  files: Array<{ path: string; durationMs: number }>
}

type DataOf<Type> = Extract<TestEvent, { type: Type }>['data']
type Failed = DataOf<'test:fail'>
type Outcome = DataOf<'test:pass'> | Failed
type FileTally = { path: string; tests: number; failed: number; skipped: number; durationMs: number }

/**
 * One line per file, and each failure as it happens. Leaves `result.json`, and the name of the test that runs in
 * `current.txt`, in the directory that CREATOROPS_TEST_REPORT names.
 */
export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const dir = process.env['CREATOROPS_TEST_REPORT']!
  const files = new Map<string, FileTally>()
  let current: FileTally | undefined

  for await (const event of source) {
    if (event.type === 'test:dequeue') writeFileSync(join(dir, 'current.txt'), event.data.name)
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue
    const { data } = event
    const tally = tallyOf(files, data)
    if (current && current !== tally) yield line(current)
    current = tally
    if (data.nesting === 0) tally.durationMs += data.details.duration_ms
    if (isContainer(event.type, data)) continue
    if (event.type === 'test:pass' && resolve(data.name) === data.file) {
      tally.tests++
      tally.failed++
      yield `\n✖ ${tally.path} has no test\n\n`
      continue
    }
    tally.tests++
    if (event.type === 'test:fail' && data.todo === undefined) {
      tally.failed++
      yield failure(data as Failed)
    } else if (data.skip !== undefined || data.todo !== undefined) tally.skipped++
  }
  if (current) yield line(current)
  writeFileSync(join(dir, 'result.json'), JSON.stringify(summary([...files.values()])))
}

function tallyOf(files: Map<string, FileTally>, data: Outcome): FileTally {
  const path = relative(process.cwd(), data.file ?? 'unknown file')
  const tally = files.get(path) ?? { path, tests: 0, failed: 0, skipped: 0, durationMs: 0 }
  files.set(path, tally)
  return tally
}

/** A `describe`, or a test that failed only because one inside it did. Those inside are counted themselves. */
function isContainer(type: string, data: Outcome): boolean {
  if (type === 'test:pass') return data.details.type === 'suite'
  const { failureType } = (data as Failed).details.error as Error & { failureType?: string }
  return failureType === 'subtestsFailed'
}

function line({ path, tests, failed, skipped, durationMs }: FileTally): string {
  const counts = [`${tests}`, failed ? `${failed} FAILED` : '', skipped ? `${skipped} skipped` : '']
  return `${failed ? '✖' : '✔'} ${path} (${counts.filter(Boolean).join(', ')}) ${Math.round(durationMs)} ms\n`
}

function failure(data: Failed): string {
  const error = data.details.error as Error & { cause?: unknown }
  const where = `${relative(process.cwd(), data.file ?? '')}:${data.line ?? 0}`
  const text = inspect(error.cause ?? error, { depth: 6 })
  return `\n✖ ${data.name}\n  ${where}\n${text.replace(/^/gm, '  ')}\n\n`
}

function summary(files: FileTally[]): GroupResult {
  const sum = (pick: (file: FileTally) => number) => files.reduce((total, file) => total + pick(file), 0)
  const [tests, failed, skipped] = [sum((f) => f.tests), sum((f) => f.failed), sum((f) => f.skipped)]
  return {
    passed: tests - failed - skipped,
    failed,
    skipped,
    files: files.map(({ path, durationMs }) => ({ path, durationMs })),
  }
}
