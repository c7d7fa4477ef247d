import type { Part } from '../../platform/part.ts'
import { clipBatchRoutes } from './batches/batch-routes.ts'
import { clipBatchRuns, clipBatchSteps } from './batches/batch-runs.ts'
import { clipRuns, clipSteps } from './clip-runs.ts'
import { detectionRoutes } from './detections/detection-routes.ts'
import type { MakeClipFileDeps } from './make-clip-file.ts'
import { clipRoutes } from './routes.ts'
import { clipStitchRoutes } from './stitches/stitch-routes.ts'
import { stitchRuns, stitchSteps } from './stitches/stitch-runs.ts'

/** Everything of clips for the product. */
export function clipsPart(deps: MakeClipFileDeps): Part {
  return {
    // The routes with fixed names come before `/clips/{clipId}`, which would take them for ids.
    routes: [clipBatchRoutes(deps), clipStitchRoutes(deps), detectionRoutes(deps), clipRoutes(deps)],
    steps: [...clipSteps(deps), ...clipBatchSteps(deps), ...stitchSteps(deps)],
    workflows: [...clipRuns(deps), clipBatchRuns(), stitchRuns()],
  }
}
