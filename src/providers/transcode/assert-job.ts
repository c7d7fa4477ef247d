import { transcodeErrors } from './errors.ts'
import type { TranscodeJob } from './port.ts'

/** Refuses what no vendor can make, before anything is asked of one: `transcode.badJob`. */
export function assertJob(job: TranscodeJob): void {
  if (job.rungs.length === 0) throw transcodeErrors.badJob('A package needs at least one quality.')
  if (!job.outputPrefix.endsWith('/')) throw transcodeErrors.badJob('The place of a package ends in a slash.')
  const odd = job.rungs.find(({ width, height }) => width % 2 || height % 2 || width < 2 || height < 2)
  if (odd) throw transcodeErrors.badJob(`${odd.width} × ${odd.height} is no size that an encoder takes.`)
  if (new Set(job.rungs.map(({ name }) => name)).size !== job.rungs.length) {
    throw transcodeErrors.badJob('Two qualities have the same name.')
  }
}
