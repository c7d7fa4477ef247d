import { AppError } from '../../kernel/errors.ts'
import { assertJob } from './assert-job.ts'
import { transcodeErrors } from './errors.ts'
import type { TranscodeJob, Transcoder, TranscodeUpdate } from './port.ts'

/** Does the work of one job on this machine and stores its files below the job's prefix. */
export type MakeLocally = (
  job: TranscodeJob,
  options: { signal?: AbortSignal; onProgress: (percent: number) => void },
) => Promise<Pick<TranscodeUpdate, 'hlsKey' | 'dashKey' | 'outputs'>>

/** This machine as a transcoder. The work itself is given, since packages are made by the product and not by a vendor. */
export function localTranscoder(make: MakeLocally): Transcoder {
  return {
    name: 'local',
    can: { encrypt: true, copy: true, thumbnails: true },
    async run(job, watch = {}) {
      assertJob(job)
      watch.signal?.throwIfAborted()
      await watch.onSubmitted?.(job.token)
      let percent = 0
      const tell = (next: number) => {
        percent = Math.max(percent, Math.min(100, next))
        watch.onUpdate?.({ state: 'running', percent })
      }
      tell(0)
      try {
        const made = await make(job, { signal: watch.signal, onProgress: tell })
        const done = { state: 'done', percent: 100, ...made } as const
        watch.onUpdate?.(done)
        return done
      } catch (cause) {
        if (cause instanceof AppError || watch.signal?.aborted) throw cause
        throw transcodeErrors.failed('The recording could not be converted on this machine.', { cause })
      }
    },
    readEvent: () => undefined,
  }
}
