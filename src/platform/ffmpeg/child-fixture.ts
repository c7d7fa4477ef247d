import { ffmpegErrors } from './errors.ts'
import { serveMediaChild } from './serve-child.ts'

/** The ways a media child can end, for the tests of `runMediaChild`. */
export type FixtureJob = 'answer' | 'fail' | 'throw' | 'hang' | 'block' | 'crash' | 'progress' | 'ask'

serveMediaChild<FixtureJob, { nice: number; environment: string[] }>(async (job, { progress, ask }) => {
  const { getPriority } = await import('node:os')
  if (job === 'fail') throw ffmpegErrors.unreadable('Not a recording.', { detail: { line: 7 } })
  if (job === 'throw') throw new Error('broken inside')
  if (job === 'crash') {
    process.stderr.write('last words of the library\n')
    process.abort()
  }
  if (job === 'hang') await new Promise((resolve) => setInterval(resolve, 1_000_000).ref())
  if (job === 'block') for (;;);
  if (job === 'progress') {
    await progress({ percent: 10, outTimeMs: 100 })
    await progress({ percent: 20, outTimeMs: 200 })
  }
  if (job === 'ask') {
    const answers = await Promise.all([ask('one'), ask('two')])
    const refusal = await ask('bad').catch((error: { code?: string }) => error.code)
    return { nice: 0, environment: [...(answers as string[]), String(refusal)] }
  }
  return { nice: getPriority(), environment: Object.keys(process.env) }
})
