import type { Part, Service } from '../../../platform/part.ts'
import { sweepSentences } from './sentence-files.ts'
import type { SpeechDeps } from './speech-deps.ts'
import { speechRoutes } from './speech-routes.ts'

/** Speaking: routes, and the removal of sentences that nobody uses. Mounted before `modelsPart`. */
export function speechPart(deps: SpeechDeps): Part {
  return { routes: [speechRoutes(deps)], services: [sentenceSweep(deps)] }
}

const everyMs = 6 * 3_600_000

function sentenceSweep(deps: SpeechDeps): Service {
  return {
    name: 'the removal of old speech',
    roles: ['api', 'worker'],
    start() {
      let running: Promise<unknown> = Promise.resolve()
      const sweep = () => {
        running = sweepSentences(deps.home, deps.now?.() ?? new Date()).catch((error: unknown) => {
          deps.log.warn({ err: error }, 'old speech could not be removed')
        })
      }
      const timer = setInterval(sweep, everyMs).unref()
      sweep()
      return {
        async stop() {
          clearInterval(timer)
          await running
          await deps.speech.close()
        },
      }
    },
  }
}
