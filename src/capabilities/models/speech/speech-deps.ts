import type { Speeches } from '../../../providers/speech/index.ts'
import type { ModelDeps } from '../model-deps.ts'

/** What speaking needs beside what all models need. */
export type SpeechDeps = ModelDeps & {
  speech: Speeches
  /** Data directory of the installation: finished sentences are kept below it. */
  home: string
}
