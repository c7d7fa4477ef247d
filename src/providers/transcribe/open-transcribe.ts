import type { MediaEngine } from '../../platform/ffmpeg/engine.ts'
import { openStorage } from '../storage/open-storage.ts'
import { transcribeErrors } from './errors.ts'
import { estimatingAligner } from './estimate.ts'
import { openAiTranscriber } from './openai.ts'
import { pocketsphinxAligner, pocketsphinxDraft } from './pocketsphinx.ts'
import { debianFiles, hasPocketsphinx, type PocketsphinxFiles } from './pocketsphinx-run.ts'
import type { EngineName, Transcriber, Transcribers } from './port.ts'
import { findWhisperWeights, whisperTranscriber } from './whisper.ts'

/** The part of the configuration that decides. */
export type TranscribeConfig = {
  home: string
  modelsDir?: string
  transcribeUrl?: string
  transcribeApiKey?: string
  transcribeModel?: string
  transcribeBucket?: string
}

/** The engines that configuration and machine offer. Nothing is loaded or called yet. */
export function openTranscribers(input: {
  config: TranscribeConfig
  engine: MediaEngine
  env?: Record<string, string | undefined>
  /** Where pocketsphinx is. Default: where Debian puts it. */
  pocketsphinx?: PocketsphinxFiles
}): Transcribers {
  const { config } = input
  const files = input.pocketsphinx ?? debianFiles
  const list = async (): Promise<Transcriber[]> => {
    const weightsPath = config.modelsDir && (await findWhisperWeights(config.modelsDir))
    const isSphinxHere = await hasPocketsphinx(files)
    return [
      ...(isSphinxHere ? [pocketsphinxAligner(files)] : []),
      estimatingAligner(),
      ...(config.transcribeUrl ? [openAi(config, config.transcribeUrl)] : []),
      ...(config.transcribeBucket ? [await amazon(config, config.transcribeBucket, input.env ?? {})] : []),
      ...(weightsPath ? [whisperTranscriber({ engine: input.engine, weightsPath })] : []),
      ...(isSphinxHere ? [pocketsphinxDraft(files)] : []),
    ]
  }
  return {
    list,
    async choose({ engine, hasScript, language }) {
      const all = await list()
      if (engine) return chosen(all, { engine, hasScript, language })
      const fitting = all.filter(
        (one) => (hasScript ? one.can.align : one.can.recognise) && knows(one, language),
      )
      if (fitting[0]) return fitting[0]
      throw transcribeErrors.noEngine(
        language
          ? `No engine here writes down speech in "${language}".`
          : 'No engine here writes down speech.',
      )
    },
  }
}

function chosen(
  all: readonly Transcriber[],
  wish: { engine: EngineName; hasScript: boolean; language?: string },
): Transcriber {
  const found = all.find(({ name }) => name === wish.engine)
  if (!found)
    throw transcribeErrors.engineMissing(`The engine "${wish.engine}" is not set up on this machine.`)
  if (!wish.hasScript && !found.can.recognise)
    throw transcribeErrors.needsScript(`The engine "${wish.engine}" needs the script.`)
  if (!knows(found, wish.language))
    throw transcribeErrors.language(`The engine "${wish.engine}" does not know "${wish.language}".`)
  return found
}

function knows({ can }: Transcriber, language: string | undefined): boolean {
  return (
    language === undefined ||
    can.languages === 'many' ||
    can.languages.includes(language.split('-')[0]!.toLowerCase())
  )
}

function openAi(config: TranscribeConfig, url: string): Transcriber {
  return openAiTranscriber({ url, apiKey: config.transcribeApiKey, model: config.transcribeModel })
}

async function amazon(
  config: TranscribeConfig,
  url: string,
  env: Record<string, string | undefined>,
): Promise<Transcriber> {
  // Loaded on use: the SDK is large, and few have it configured.
  const { amazonTranscriber } = await import('./amazon.ts')
  const { hostname, pathname, searchParams } = new URL(url)
  const folder = decodeURIComponent(pathname).replace(/^\/+|\/+$/g, '')
  return amazonTranscriber({
    storage: openStorage(url, config.home, env),
    bucket: hostname,
    prefix: folder === '' ? '' : `${folder}/`,
    region: searchParams.get('region') ?? env['AWS_REGION'] ?? 'us-east-1',
  })
}
