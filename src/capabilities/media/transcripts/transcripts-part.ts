import {
  handleStep,
  handleWorkflow,
  type StepHandler,
  type WorkflowHandler,
} from '../../../platform/durable/index.ts'
import type { Part } from '../../../platform/part.ts'
import { failTranscript } from './delete-transcript.ts'
import { makeTranscript, type MakeTranscriptDeps } from './make-transcript.ts'
import { transcriptRoutes } from './routes.ts'
import { failTranscriptStep, transcribeStep, transcribeWorkflow } from './workflow.ts'

/** Transcripts of assets: their routes and their run. */
export function transcriptsPart(deps: MakeTranscriptDeps): Part {
  return { routes: [transcriptRoutes(deps)], steps: transcriptSteps(deps), workflows: [transcriptRuns()] }
}

function transcriptSteps(deps: MakeTranscriptDeps): StepHandler[] {
  return [
    handleStep(transcribeStep, ({ actor, signal, report, once }, { transcriptId }) =>
      makeTranscript(deps, { actor, transcriptId, signal, report, once }),
    ),
    handleStep(failTranscriptStep, async ({ actor }, { transcriptId, failure }) => {
      await failTranscript(deps, { actor, transcriptId, failure })
      return { transcriptId }
    }),
  ]
}

function transcriptRuns(): WorkflowHandler {
  return handleWorkflow(transcribeWorkflow, {
    async run(flow, { transcriptId }) {
      await flow.stage('transcribe')
      return flow.step(transcribeStep, { transcriptId })
    },
    async onFailed(flow, failure, { transcriptId }) {
      await flow.step(failTranscriptStep, { transcriptId, failure })
    },
  })
}
