import type { Part } from '../../platform/part.ts'
import { storyboardRoutes } from './routes.ts'

/** What the capability gives to the product. */
export function videosPart(): Part {
  return { routes: [storyboardRoutes()] }
}
