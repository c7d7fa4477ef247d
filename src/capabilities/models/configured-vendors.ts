import type { Config } from '../../platform/config/config.ts'

type Keys =
  | 'pollyRegion'
  | 'elevenLabsApiKey'
  | 'speechUrl'
  | 'transcribeBucket'
  | 'transcribeUrl'
  | 'embedUrl'
  | 'embedRegion'
  | 'bedrockVideoBucket'
  | 'lumaApiKey'
  | 'runwayApiKey'

/** Whether the configuration names a vendor that speaks, listens, embeds or makes footage. */
export function configuredVendors(config: Pick<Config, Keys>): (kind: string, vendor: string) => boolean {
  const has: Record<string, unknown> = {
    // Programs and weights are found when they are used; a missing one fails by name then.
    'speech/rhvoice': true,
    'speech/polly': config.pollyRegion,
    'speech/elevenlabs': config.elevenLabsApiKey,
    'speech/openai': config.speechUrl,
    'transcription/transcribe': config.transcribeBucket,
    'transcription/openai': config.transcribeUrl,
    'embedding/openai': config.embedRegion ? undefined : config.embedUrl,
    'embedding/bedrock': config.embedRegion,
    'video/bedrock': config.bedrockVideoBucket,
    'video/luma': config.lumaApiKey,
    'video/runway': config.runwayApiKey,
  }
  return (kind, vendor) => Boolean(has[`${kind}/${vendor}`])
}
