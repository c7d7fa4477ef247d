import type { Part } from '../../../platform/part.ts'
import type { MakeRenditionDeps } from './make-rendition-file.ts'
import { renditionRoutes } from './rendition-routes.ts'
import { renditionRuns, renditionSteps } from './rendition-runs.ts'

/** Renditions of assets: their routes and their durable work. */
export function renditionPart(deps: MakeRenditionDeps): Part {
  return { routes: [renditionRoutes(deps)], steps: renditionSteps(deps), workflows: [renditionRuns()] }
}
