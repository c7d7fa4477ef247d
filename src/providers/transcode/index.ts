export { transcodeErrors } from './errors.ts'
export type { MakeLocally } from './local.ts'
export { openTranscode, type TranscodeConfig } from './open-transcode.ts'
export type {
  TranscodeJob,
  TranscodeOutput,
  Transcoder,
  TranscodeRung,
  TranscodeUpdate,
  TranscodeWatch,
} from './port.ts'
