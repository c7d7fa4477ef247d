import type { Db } from '../../platform/db/client.ts'
import type { Logger } from '../../platform/log/log.ts'
import type { Clock, Llm, LlmVendor } from '../../providers/llm/index.ts'

/** How text vendors are reached, for one workspace: keys may differ between workspaces. */
export type LlmDoor = {
  has(vendor: LlmVendor, workspaceId: string): Promise<boolean>
  open(vendor: LlmVendor, workspaceId: string): Promise<Llm>
  /** Names of models on own servers and in the folder of models. */
  local(vendor: LlmVendor, workspaceId: string): Promise<string[]>
}

export type ModelDeps = {
  db: Db
  log: Logger
  environment: string
  llm: LlmDoor
  /** Whether a vendor of another kind than text is configured, such as `polly`. */
  hasVendor?: (kind: string, vendor: string) => boolean
  now?: () => Date
  clock?: Clock
  random?: () => number
}
