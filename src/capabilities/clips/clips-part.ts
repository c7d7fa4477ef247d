import type { Part } from '../../platform/part.ts'
import { clipBatchRoutes } from './batches/batch-routes.ts'
import { clipBatchRuns, clipBatchSteps } from './batches/batch-runs.ts'
import { clipRuns, clipSteps } from './clip-runs.ts'
import type { MakeClipFileDeps } from './make-clip-file.ts'
import { clipRoutes } from './routes.ts'

/** Everything of clips for the product. */
export function clipsPart(deps: MakeClipFileDeps): Part {
  return {
    // The routes with fixed names come before `/clips/{clipId}`, which would take them for ids.
    routes: [clipBatchRoutes(deps), clipRoutes(deps)],
    steps: [...clipSteps(deps), ...clipBatchSteps(deps)],
    workflows: [...clipRuns(deps), clipBatchRuns()],
  }
}
