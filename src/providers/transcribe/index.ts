export { transcribeErrors } from './errors.ts'
export { fitScript } from './fit-script.ts'
export { openTranscribers, type TranscribeConfig } from './open-transcribe.ts'
export {
  type EngineName,
  engineNames,
  type TranscribedWord,
  type Transcriber,
  type Transcribers,
  type TranscribeInput,
  type Transcription,
} from './port.ts'
