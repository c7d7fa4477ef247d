import { clipVariables } from './clip-variables.ts'
import { llmVariables } from './llm-variables.ts'
import { partVariables } from './part-variables.ts'
import { serverVariables } from './server-variables.ts'
import { settingsVariables } from './settings-variables.ts'
import { speechVariables } from './speech-variables.ts'
import { transcodeVariables } from './transcode-variables.ts'
import { transcribeVariables } from './transcribe-variables.ts'
import { workVariables } from './work-variables.ts'

export type { Variable } from './variable.ts'

/** Every variable the product reads, by its name in `Config`. */
export const variables = {
  ...serverVariables,
  ...partVariables,
  ...settingsVariables,
  ...workVariables,
  ...clipVariables,
  ...transcribeVariables,
  ...transcodeVariables,
  ...speechVariables,
  ...llmVariables,
} as const
