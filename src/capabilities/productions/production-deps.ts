import type { AssetDeps } from '../assets/index.ts'
import type { FlagClient } from '../flags/index.ts'
import type { MediaDeps } from '../media/index.ts'
import type { SettingsDeps } from '../settings/index.ts'

/** What the steps of a production need between them. */
export type ProductionDeps = AssetDeps & MediaDeps & SettingsDeps & { flags: FlagClient }
