import { handleStep, handleWorkflow } from '../../../platform/durable/index.ts'
import { publishEvent } from '../../../platform/events/publish-event.ts'
import type { Part } from '../../../platform/part.ts'
import { notify } from '../../notifications/index.ts'
import { type MakePackageDeps, makePackage } from './make-package.ts'
import { packageRoutes } from './package-routes.ts'
import {
  failPackageStep,
  makePackageStep,
  packageWorkflow,
  transcodePackageStep,
} from './package-workflow.ts'

/** Streaming packages of assets: their routes and their durable work. */
export function packagePart(deps: MakePackageDeps): Part {
  const transcoder = deps.openTranscoder(async () => ({}), false)
  return {
    routes: [packageRoutes({ ...deps, transcoder })],
    steps: [
      handleStep(makePackageStep, (step, wish) => makePackage(deps, step, wish)),
      handleStep(transcodePackageStep, (step, wish) => makePackage(deps, step, wish)),
      handleStep(failPackageStep, async (step, { assetId, failure }) => {
        const { workspaceId, runId } = step
        await step.once('told', async (tx) => {
          const data = { runId, code: failure.code }
          await publishEvent(tx, { type: 'media.packageFailed', workspaceId, subjectId: assetId, data })
          if (failure.code === 'durable.cancelled') return
          const title = 'A streaming package could not be made'
          const onceKey = `${runId} package failed`
          const note = { workspaceId, kind: 'media.packageFailed', title, body: failure.message }
          await notify(tx, { ...note, subjectId: assetId, onceKey }, deps.now)
        })
        return { assetId }
      }),
    ],
    workflows: [
      handleWorkflow(packageWorkflow, {
        async run(flow, { wish, isRemote }) {
          await flow.stage('make')
          return flow.step(isRemote ? transcodePackageStep : makePackageStep, wish)
        },
        async onFailed(flow, failure, { wish }) {
          await flow.step(failPackageStep, { assetId: wish.assetId, failure })
        },
      }),
    ],
  }
}
