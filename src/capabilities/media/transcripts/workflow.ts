import { z } from 'zod'
import { defineStep, defineWorkflow } from '../../../platform/durable/index.ts'

const transcriptInput = z.object({ transcriptId: z.string() })

export const transcribeStep = defineStep({
  name: 'transcribeMedia',
  sentence: 'Write down what is said',
  cpu: true,
  maxAttempts: 3,
  input: transcriptInput,
  output: z.object({ transcriptId: z.string(), words: z.int(), needsReview: z.int() }),
})

export const failTranscriptStep = defineStep({
  name: 'failTranscript',
  sentence: 'Note that the transcript could not be made',
  input: transcriptInput.extend({
    failure: z.object({ code: z.string(), message: z.string(), help: z.string(), retryable: z.boolean() }),
  }),
  output: z.object({ transcriptId: z.string() }),
})

/** Making a transcript, or putting a corrected one to the sound again. */
export const transcribeWorkflow = defineWorkflow({
  name: 'transcribeRecording',
  version: 1,
  title: 'Transcribe a recording',
  input: transcriptInput,
  output: z.object({ transcriptId: z.string(), words: z.int(), needsReview: z.int() }),
  stages: [{ name: 'transcribe', label: 'Writing down what is said', weight: 1 }],
})
