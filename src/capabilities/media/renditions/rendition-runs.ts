import {
  type StepHandler,
  type WorkflowHandler,
  handleStep,
  handleWorkflow,
} from '../../../platform/durable/index.ts'
import { failRendition } from './fail-rendition.ts'
import { type MakeRenditionDeps, makeRenditionFile } from './make-rendition-file.ts'
import { failRenditionStep, makeRenditionStep, renditionWorkflow } from './rendition-workflow.ts'

/** The bodies of the steps. */
export function renditionSteps(deps: MakeRenditionDeps): StepHandler[] {
  return [
    handleStep(makeRenditionStep, async (step, { renditionId }) => {
      const { actor, signal, report, once } = step
      const { fileAssetId } = await makeRenditionFile(deps, { actor, renditionId, signal, report, once })
      return { renditionId, fileAssetId }
    }),
    handleStep(failRenditionStep, async ({ actor }, { renditionId, failure }) => {
      await failRendition(deps, { actor, renditionId, failure })
      return { renditionId }
    }),
  ]
}

/** Make it; if that fails or is cancelled, say so on the rendition. */
export function renditionRuns(): WorkflowHandler {
  return handleWorkflow(renditionWorkflow, {
    async run(flow, { renditionId }) {
      await flow.stage('make')
      return flow.step(makeRenditionStep, { renditionId })
    },
    async onFailed(flow, failure, { renditionId }) {
      await flow.step(failRenditionStep, { renditionId, failure })
    },
  })
}
