import { errorFromCode } from '../../../kernel/errors.ts'
import {
  type Flow,
  handleStep,
  handleWorkflow,
  type StepHandler,
  type WorkflowHandler,
} from '../../../platform/durable/index.ts'
import { videoModelErrors } from '../../../providers/video-model/index.ts'
import { releaseCost, settleCost } from '../../costs/index.ts'
import type { FootageDeps } from './footage-deps.ts'
import {
  abandonFootageStep,
  checkFootageStep,
  keepFootageStep,
  makeFootageWorkflow,
  orderFootageStep,
  type PlacedFootage,
} from './footage-workflow.ts'
import type { FootageWish } from './footage.ts'
import { keepFootage } from './keep-footage.ts'
import { footageLines, orderFootage } from './order-footage.ts'

/** How long is waited between two questions: short at first, since most footage takes one to three minutes. */
const waitsMs = [5_000, 10_000, 15_000]
const longestWaitMs = 30_000
/** Two hours of waiting in all. */
const mostChecks = 240
const busyWaitMs = 60_000
const mostBusy = 30

/** The bodies of the steps. */
export function footageSteps(deps: FootageDeps): StepHandler[] {
  return [
    handleStep(orderFootageStep, (step, wish) => orderFootage(deps, step, wish)),
    handleStep(checkFootageStep, async (step, placed) => {
      const state = await deps.videoModels.open(placed.modelId).check(placed.remoteId, step.signal)
      if (state.kind === 'failed') throw videoModelErrors[state.code](`The vendor says: ${state.because}.`)
      if (state.kind === 'running' && state.percent !== undefined) step.report(state.percent)
      return state.kind === 'done' ? { isDone: true, costMicros: state.costMicros } : { isDone: false }
    }),
    handleStep(keepFootageStep, (step, input) => keepFootage(deps, step, input)),
    handleStep(abandonFootageStep, async ({ workspaceId }, { wish, isBilled, ...placed }) => {
      const model = deps.videoModels.open(placed.modelId)
      const { reservationId } = placed
      if (!isBilled) {
        await releaseCost(deps, { workspaceId, reservationId })
        return { costMicros: 0 }
      }
      await model.cancel(placed.remoteId)
      // A vendor bills what it began, whether it is wanted in the end or not: better counted than forgotten.
      const lines = footageLines(model, wish)
      return {
        costMicros: await settleCost(deps, { workspaceId, reservationId, lines }),
      }
    }),
  ]
}

/** Order → wait → fetch → keep. What was ordered and is not kept is stopped and counted as spent. */
export function footageWorkflow(
  options: { waitsMs?: readonly number[]; busyWaitMs?: number } = {},
): WorkflowHandler {
  const waits = options.waitsMs ?? waitsMs
  return handleWorkflow(makeFootageWorkflow, {
    async run(flow, wish) {
      await flow.stage('order')
      const placed = await placeOrder(flow, wish, options.busyWaitMs ?? busyWaitMs)
      let isBilled = true
      try {
        await flow.stage('wait')
        for (let check = 0; ; check++) {
          if (check === mostChecks)
            throw videoModelErrors.failed('The vendor did not finish within two hours.')
          await flow.sleep(waits[check] ?? (options.waitsMs ? waits.at(-1)! : longestWaitMs))
          const { output: state, failure } = await flow.outcome(flow.step(checkFootageStep, placed))
          if (failure) {
            // What a vendor refused or could not make it does not bill.
            isBilled = !/^videoModel\.(refused|failed)$/.test(failure.code)
            throw errorFromCode(failure.code, failure.message) ?? videoModelErrors.failed(failure.message)
          }
          if (!state.isDone) continue
          await flow.stage('keep')
          return await flow.step(keepFootageStep, { ...placed, wish, costMicros: state.costMicros })
        }
      } catch (error) {
        await flow.step(abandonFootageStep, { ...placed, wish, isBilled })
        throw error
      }
    },
  })
}

async function placeOrder(flow: Flow, wish: FootageWish, waitMs: number): Promise<PlacedFootage> {
  for (let time = 0; time < mostBusy; time++) {
    const ordered = await flow.step(orderFootageStep, wish)
    if (!('isBusy' in ordered)) return ordered
    await flow.sleep(waitMs)
  }
  throw videoModelErrors.failed('The vendor took no order for half an hour.')
}
