import type { MediaEngine } from '../../../platform/ffmpeg/engine.ts'
import type { VideoModels } from '../../../providers/video-model/index.ts'
import type { ModelDeps } from '../model-deps.ts'

export type KeepFootage = (footage: {
  workspaceId: string
  /** A finished MP4 on this machine; it may be moved. */
  path: string
  name: string
}) => Promise<{ assetId: string }>

/** What footage needs beside what all models need. */
export type FootageDeps = ModelDeps & {
  videoModels: VideoModels
  engine: MediaEngine
  /** Data directory of the installation, for folders to work in. */
  home: string
  /** Stores footage as an asset: assets stand above models, so this is handed in. */
  keepFootage: KeepFootage
}
