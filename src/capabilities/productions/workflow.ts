import { z } from 'zod'
import {
  defineStep,
  defineWorkflow,
  handleWorkflow,
  type WorkflowHandler,
} from '../../platform/durable/index.ts'
import { failTranscriptStep, transcribeStep } from '../media/index.ts'

const recordingInput = z.object({
  productionId: z.string(),
  assetId: z.string(),
  title: z.string(),
  /** The transcript to make of its script; absent without one. */
  transcriptId: z.string().optional(),
})
/** What every step of a production is about. */
export type RecordingInput = z.infer<typeof recordingInput>

export const checkRecordingStep = defineStep({
  name: 'checkRecording',
  sentence: 'Check that the file is a sound recording',
  cpu: true,
  priority: 10,
  input: recordingInput,
  output: z.object({ durationMs: z.number() }),
})

export const analyzeRecordingStep = defineStep({
  name: 'analyzeRecording',
  sentence: 'Analyse picture and sound in one pass',
  cpu: true,
  maxAttempts: 2,
  input: recordingInput,
  output: z.object({ analysisHash: z.string() }),
})

export const planClipsStep = defineStep({
  name: 'planProductionClips',
  sentence: 'Choose the clips',
  input: recordingInput,
  output: z.object({ clipIds: z.array(z.string()) }),
})

export const packageRecordingStep = defineStep({
  name: 'packageRecording',
  sentence: 'Package the recording for streaming',
  cpu: true,
  maxAttempts: 2,
  input: recordingInput,
  output: z.object({ packageHash: z.string() }),
})

export const cutProductionClipStep = defineStep({
  name: 'cutProductionClip',
  sentence: 'Cut one clip to the frame',
  cpu: true,
  maxAttempts: 2,
  input: recordingInput.extend({ clipId: z.string() }),
  output: z.object({ clipId: z.string(), fileAssetId: z.string() }),
})

export const writeDraftsStep = defineStep({
  name: 'writeProductionDrafts',
  sentence: 'Write a draft for each clip',
  input: recordingInput.extend({ clipIds: z.array(z.string()) }),
  output: z.object({ draftIds: z.array(z.string()) }),
})

export const finishProductionStep = defineStep({
  name: 'finishProduction',
  sentence: 'Tell the workspace that it is done',
  input: recordingInput,
  output: z.object({ isFinished: z.literal(true) }),
})

export const discardProductionStep = defineStep({
  name: 'discardProduction',
  sentence: 'Remove what was half made',
  input: recordingInput.extend({ because: z.string() }),
  output: z.object({ removed: z.array(z.string()) }),
})

export const recordingWorkflow = defineWorkflow({
  name: 'processRecording',
  version: 1,
  title: 'Process a recording',
  input: recordingInput,
  output: z.object({ clipIds: z.array(z.string()), draftIds: z.array(z.string()) }),
  stages: [
    { name: 'check', label: 'Checking the file', weight: 4 },
    { name: 'analyze', label: 'Analysing picture and sound', weight: 20 },
    { name: 'make', label: 'Packaging and cutting clips', weight: 72 },
    { name: 'drafts', label: 'Writing drafts', weight: 4 },
  ],
})

/** The main job, from a stored file to drafts. */
export function recordingRuns(): WorkflowHandler {
  return handleWorkflow(recordingWorkflow, {
    async run(flow, input) {
      await flow.stage('check')
      await flow.step(checkRecordingStep, input)

      await flow.stage('analyze', { steps: 2 })
      await flow.step(analyzeRecordingStep, input)
      const { clipIds } = await flow.step(planClipsStep, input)

      const { transcriptId } = input
      await flow.stage('make', { steps: 1 + clipIds.length + (transcriptId ? 1 : 0) })
      await flow.all([
        flow.step(packageRecordingStep, input),
        ...clipIds.map((clipId) => flow.step(cutProductionClipStep, { ...input, clipId })),
      ])

      if (transcriptId) {
        // A script that does not fit the sound costs the captions and not the production.
        const { failure } = await flow.outcome(flow.step(transcribeStep, { transcriptId }))
        if (failure) await flow.step(failTranscriptStep, { transcriptId, failure })
      }

      await flow.stage('drafts', { steps: 2 })
      const { draftIds } = await flow.step(writeDraftsStep, { ...input, clipIds })
      await flow.step(finishProductionStep, input)
      return { clipIds, draftIds }
    },
    async onFailed(flow, failure, input) {
      await flow.step(discardProductionStep, { ...input, because: failure.code })
      const { transcriptId } = input
      if (transcriptId) await flow.step(failTranscriptStep, { transcriptId, failure })
    },
  })
}
