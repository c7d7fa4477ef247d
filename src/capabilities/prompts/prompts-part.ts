import type { Part } from '../../platform/part.ts'
import type { PromptDeps } from './find-prompt.ts'
import type { RealData } from './preview-prompt.ts'
import { promptRoutes } from './routes.ts'
import { trialRoutes } from './trial-routes.ts'

/** Prompts: keeping them and trying them out. */
export function promptsPart(deps: PromptDeps & { realData?: RealData }): Part {
  return { routes: [trialRoutes(deps), promptRoutes(deps)] }
}
