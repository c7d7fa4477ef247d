import {
  type StepHandler,
  type WorkflowHandler,
  handleStep,
  handleWorkflow,
} from '../../platform/durable/index.ts'
import { failClip } from './discard-clips.ts'
import { type MakeClipFileDeps, makeClipFile } from './make-clip-file.ts'
import { cutClipStep, cutClipWorkflow, failClipStep } from './workflow.ts'

/** The bodies of this capability's steps. */
export function clipSteps(deps: MakeClipFileDeps): StepHandler[] {
  return [
    handleStep(cutClipStep, async (step, { clipId }) => {
      const { actor, runId, signal, report, once } = step
      const { fileAssetId } = await makeClipFile(deps, { actor, clipId, runId, signal, report, once })
      return { clipId, fileAssetId }
    }),
    handleStep(failClipStep, async ({ actor }, { clipId, failure }) => {
      await failClip(deps, { actor, clipId, failure })
      return { clipId }
    }),
  ]
}

/** One clip: cut it; if that fails or is cancelled, say so on the clip. Its file, if it had one, stays. */
export function clipRuns(_deps?: unknown): WorkflowHandler[] {
  return [
    handleWorkflow(cutClipWorkflow, {
      async run(flow, { clipId }) {
        await flow.stage('cut')
        return flow.step(cutClipStep, { clipId })
      },
      async onFailed(flow, failure, { clipId }) {
        await flow.step(failClipStep, { clipId, failure })
      },
    }),
  ]
}
