import { videoModelErrors } from './errors.ts'
import { luma } from './luma.ts'
import { lumaRay2 } from './luma-ray2.ts'
import type { VideoModel } from './port.ts'
import { runway } from './runway.ts'

export type VideoModelConfig = {
  bedrockVideoBucket?: string
  lumaApiKey?: string
  lumaUrl: string
  runwayApiKey?: string
  runwayUrl: string
  /** Inner addresses that footage may be fetched from: `CREATOROPS_FETCH_ALLOW`. */
  fetchAllow?: readonly string[]
}

/** The video models that can be used here; there may be none. */
export type VideoModels = {
  list(): VideoModel[]
  /** Fails with `videoModel.retired` or `videoModel.noModel`. Without an id the first. */
  open(id?: string): VideoModel
  close(): Promise<void>
}

/** Out of service since 2026-09-30, with Nova Canvas. */
const retired: Record<string, string> = {
  'bedrock:nova-reel': 'bedrock:luma-ray2',
  'amazon.nova-reel-v1:0': 'bedrock:luma-ray2',
  'amazon.nova-reel-v1:1': 'bedrock:luma-ray2',
}

/** The video models that the configuration names. */
export function openVideoModels(config: VideoModelConfig): VideoModels {
  const { bedrockVideoBucket, lumaApiKey, runwayApiKey, fetchAllow: allow } = config
  const models = [
    ...(bedrockVideoBucket ? [lumaRay2({ bucketUrl: bedrockVideoBucket })] : []),
    ...(lumaApiKey ? [luma({ url: config.lumaUrl, apiKey: lumaApiKey, allow })] : []),
    ...(runwayApiKey ? [runway({ url: config.runwayUrl, apiKey: runwayApiKey, allow })] : []),
  ]
  return {
    list: () => models,
    open(id) {
      const successor = id === undefined ? undefined : retired[id]
      if (successor)
        throw videoModelErrors.retired(`${id} was taken out of service on 2026-09-30; use ${successor}.`, {
          detail: { model: id, successor },
        })
      const model = id === undefined ? models[0] : models.find((row) => row.id === id)
      if (model) return model
      const has = models.length > 0 ? `; there is ${models.map((row) => row.id).join(', ')}` : ''
      throw videoModelErrors.noModel(
        id ? `The video model ${id} is not set up here${has}.` : 'No video model is set up here.',
      )
    },
    async close() {
      await Promise.all(models.map((model) => model.close?.()))
    },
  }
}
