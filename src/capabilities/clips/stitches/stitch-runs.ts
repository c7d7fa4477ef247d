import {
  handleStep,
  handleWorkflow,
  type StepHandler,
  type WorkflowHandler,
} from '../../../platform/durable/index.ts'
import type { MakeClipFileDeps } from '../make-clip-file.ts'
import { failStitch } from './end-stitch.ts'
import { makeStitchFile } from './make-stitch-file.ts'
import { failStitchStep, makeStitchStep, stitchWorkflow } from './stitch-workflow.ts'

/** The bodies of the steps of a stitch. */
export function stitchSteps(deps: MakeClipFileDeps): StepHandler[] {
  return [
    handleStep(makeStitchStep, async (step, { stitchId }) => {
      const { actor, runId, signal, report, once } = step
      const { fileAssetId } = await makeStitchFile(deps, { actor, stitchId, runId, signal, report, once })
      return { stitchId, fileAssetId }
    }),
    handleStep(failStitchStep, async ({ actor }, { stitchId, failure }) => {
      await failStitch(deps, { actor, stitchId, failure })
      return { stitchId }
    }),
  ]
}

/** One stitch: join the parts; if that fails or is cancelled, say so on the record. */
export function stitchRuns(): WorkflowHandler {
  return handleWorkflow(stitchWorkflow, {
    async run(flow, { stitchId }) {
      await flow.stage('stitch')
      return flow.step(makeStitchStep, { stitchId })
    },
    async onFailed(flow, failure, { stitchId }) {
      await flow.step(failStitchStep, { stitchId, failure })
    },
  })
}
