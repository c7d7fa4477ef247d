import type { Db } from '../../../platform/db/client.ts'
import type { Part } from '../../../platform/part.ts'
import type { SignDeps } from '../../assets/index.ts'
import { suggestionRoutes } from './routes.ts'

/** Edit suggestions of assets and the decisions about them. */
export function suggestionsPart(deps: SignDeps & { db: Db; now?: () => Date }): Part {
  return { routes: [suggestionRoutes(deps)] }
}
