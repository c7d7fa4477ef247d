import { AppError } from '../../../kernel/errors.ts'
import type { Micros } from '../../../kernel/money.ts'
import {
  assertCan,
  assertReadable,
  formatOf,
  type LexiconEntry,
  narrate,
  type Narration,
  type Pauses,
  planSpeech,
  readScript,
  type ScriptFormat,
  sentCharacters,
  type Speech,
  type SpeechPlan,
  type Voice,
  type VoiceGender,
} from '../../../providers/speech/index.ts'
import type { CostLine } from '../../costs/index.ts'
import { runModel } from '../run-model.ts'
import { sentenceFiles } from './sentence-files.ts'
import type { SpeechDeps } from './speech-deps.ts'

export type Speak = {
  workspaceId: string
  text: string
  /** Default: SSML when the text begins with `<speak`. */
  format?: ScriptFormat
  /** Default: the first voice for the language. */
  voiceId?: string
  /** BCP 47. Default `en`. */
  language?: string
  gender?: VoiceGender
  lexicon?: readonly LexiconEntry[]
  pauses?: Partial<Pauses>
  /** Where the WAV file goes: mono, 48 kHz. */
  outPath: string
  /** What the costs belong to. */
  subjectId: string
  topic?: string
  videoId?: string
  /** Another voice of the same language and gender speaks when the service of this one is down. Default true. */
  mayStandIn?: boolean
  onProgress?: (percent: number) => void
  signal?: AbortSignal
}

export type Spoken = Narration & {
  voice: Voice
  costMicros: Micros
  passedOver: Array<{ voiceId: string; because: string }>
}

/**
 * Speaks a script into a WAV file with word times. What was spoken before is not spoken or paid for again. The cost is
 * reserved before anything is sent and settled by what was sent, also when the call fails half-way. Fails with the
 * rows of `speech`, `models.noneLeft` and `costs.budgetExceeded`.
 */
export async function speak(deps: SpeechDeps, input: Speak): Promise<Spoken> {
  const { text, language = 'en', voiceId, gender, signal, mayStandIn = true } = input
  const items = readScript(text, input.format ?? formatOf(text), language)
  assertReadable(text.replace(/<[^>]*>/g, ''), language)
  const first = await deps.speech.choose({ voiceId, language, gender }, signal)
  const passedOver: Spoken['passedOver'] = []
  let queue = [first]
  let hasStandIns = !mayStandIn
  for (;;) {
    const [{ speech, voice }, ...rest] = queue as [typeof first, ...(typeof first)[]]
    queue = rest
    const plan = planSpeech(items, { ...input, language, maxChars: voice.maxChars })
    try {
      assertCan(voice, plan.needs)
      return { ...(await speakWith(deps, input, { speech, voice, plan })), voice, passedOver }
    } catch (error) {
      if (!(error instanceof AppError) || !mayPass(error, passedOver.length > 0)) throw error
      passedOver.push({ voiceId: voice.id, because: error.message })
      if (!hasStandIns) queue = await deps.speech.standIns(voice, language, signal)
      hasStandIns = true
      if (queue.length === 0) throw error
    }
  }
}

/** A stand-in that cannot follow the markup is passed over too; the voice that was asked for must say so. */
function mayPass(error: AppError, isStandIn: boolean): boolean {
  if (isStandIn && error.code === 'speech.markupNotSpoken') return true
  return /^(speech\.(rateLimited|unavailable|badAnswer|failed|notAllowed)|models\.noneLeft)$/.test(error.code)
}

type Wanted = { speech: Speech; voice: Voice; plan: SpeechPlan }

async function speakWith(deps: SpeechDeps, input: Speak, { speech, voice, plan }: Wanted) {
  const { workspaceId, subjectId, topic, videoId, outPath, onProgress, signal } = input
  const cache = sentenceFiles(deps.home, workspaceId)
  let sent = 0
  const { result, costMicros } = await runModel<Narration>(deps, {
    workspaceId,
    kind: 'speech',
    task: 'speak',
    subjectId,
    modelId: modelOf(voice),
    ...(topic ? { topic } : {}),
    ...(videoId ? { videoId } : {}),
    estimate: () => linesOf(voice, charactersOf(plan, voice)),
    async attempt() {
      const onSpoken = async ({ billedCharacters }: { billedCharacters: number }) => {
        sent += billedCharacters
      }
      const narration = await narrate({ speech, voice, plan, outPath, cache, onSpoken, onProgress, signal })
      return { result: narration, lines: linesOf(voice, sent) }
    },
    linesOfFailure: () => linesOf(voice, sent),
  })
  return { ...result, costMicros }
}

/** The row of the registry that a voice belongs to: its vendor, and the tier where that has several. */
export function modelOf({ vendor, tier }: Voice): string {
  if (vendor === 'offline') return 'flite'
  return vendor === 'polly' ? `polly:${tier}` : `${vendor}-speech`
}

export function charactersOf(plan: SpeechPlan, voice: Voice): number {
  return plan.sentences.reduce((sum, sentence) => sum + sentCharacters(sentence, voice), 0)
}

export function linesOf({ priceItem }: Voice, characters: number): CostLine[] {
  if (priceItem === undefined || characters === 0) return []
  return [{ item: priceItem, unit: 'characters', quantity: characters }]
}
