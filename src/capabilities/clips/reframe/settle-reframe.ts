import type { MediaChildTools } from '../../../platform/ffmpeg/serve-child.ts'
import type { TickRange } from '../cutter/cut-plan.ts'
import type { CutJob } from '../cutter/receipt.ts'
import { findSubject } from './find-subject.ts'
import type { Reframe } from './reframe.ts'

/** Finds out where the window has to be, unless somebody said it. */
export async function settleReframe(
  job: CutJob,
  reframe: Reframe,
  range: TickRange,
  zero: number,
  tools: MediaChildTools,
): Promise<Reframe> {
  if (reframe.method === 'fit') return { aspect: reframe.aspect, method: 'fit' }
  if (reframe.path) return reframe
  if (reframe.method === 'crop') return { ...reframe, path: [{ atMs: 0, at: 0.5 }] }
  return { ...reframe, path: await findSubject(job.sourcePath, range, zero, reframe, tools) }
}
