import type { PacketsResult } from '../../../platform/ffmpeg/plan.ts'
import { packetScanPlan } from '../package-plan.ts'
import { platformLimits } from '../platform-limits.ts'
import type { Probe } from '../probe.ts'
import type { MediaDeps } from '../probe-media.ts'
import { type PictureChoice, choosePicture } from './choose-picture.ts'
import { assertDuration, audioBitRateFor, planBitRate } from './fit-destination.ts'
import { isSilent } from './loudness-plan.ts'
import { type LoudnessDecision, decideLoudness } from './measure-loudness.ts'
import type { DeliveryPreset, EditingPreset, Preset } from './presets.ts'
import { type RenditionPlanInput, type SoundChoice, editingEncoder, h264Options } from './rendition-plan.ts'
import { whyEncodePackets, whyEncodePicture, whyEncodeSound } from './why-encode.ts'

/** Everything that is decided before a rendition is written. */
export type Prepared = {
  choice: PictureChoice
  pixelFormat: string
  /** How the picture is written; asked again, better, when the first was below the threshold. */
  picture: (isBetter: boolean) => RenditionPlanInput['picture']
  sound: RenditionPlanInput['sound']
  /** Where the loudness is brought to a target. */
  loudness: (LoudnessDecision & { targetLufs: number }) | undefined
  notes: string[]
  cpuMs: number
}

export type PrepareRendition = {
  path: string
  probe: Probe
  preset: Preset
  /** Encode also what could be copied. */
  encodeAll?: boolean
  signal?: AbortSignal
}

/**
 * Looks at the source and decides size, rate, bits and loudness, and what may be copied. Fails with the row of
 * whatever keeps the destination from taking it.
 */
export async function prepareRendition(deps: MediaDeps, input: PrepareRendition): Promise<Prepared> {
  const { preset } = input
  return preset.kind === 'editing'
    ? prepareEditing(input.probe, preset)
    : prepareDelivery(deps, { ...input, preset })
}

function prepareEditing(probe: Probe, preset: EditingPreset): Prepared {
  const choice = choosePicture(probe, preset)
  const { pixelFormat } = preset
  const sound: SoundChoice | 'none' = probe.hasAudio
    ? { encoder: preset.audioCodec, keepsChannels: true }
    : 'none'
  const picture = { choice, pixelFormat, ...editingEncoder(preset, choice) }
  return {
    choice,
    pixelFormat,
    sound,
    picture: () => picture,
    loudness: undefined,
    notes: rateNotes(probe, choice),
    cpuMs: 0,
  }
}

async function prepareDelivery(
  deps: MediaDeps,
  input: PrepareRendition & { preset: DeliveryPreset },
): Promise<Prepared> {
  const { path, probe, preset, signal } = input
  assertDuration(probe.durationMs, preset)
  const wanted = choosePicture(probe, preset)
  const { choice, maxBitRate } = planBitRate(wanted, preset, probe.durationMs)
  const loudness = probe.hasAudio
    ? {
        ...(await decideLoudness(deps, { path, probe, targetLufs: preset.targetLufs, signal })),
        targetLufs: preset.targetLufs,
      }
    : undefined
  const whyPicture = input.encodeAll
    ? 'that was asked for'
    : (whyEncodePicture(probe, preset, choice) ?? (await whyPackets(deps, input)))
  const whySound = !loudness
    ? undefined
    : input.encodeAll
      ? 'that was asked for'
      : whyEncodeSound(probe, preset, loudness.before)
  return {
    choice,
    pixelFormat: 'yuv420p',
    picture: (isBetter) =>
      whyPicture === undefined
        ? 'copy'
        : {
            choice,
            pixelFormat: 'yuv420p',
            encoder: 'libx264',
            options: h264Options(choice, {
              maxBitRate: isBetter ? betterBitRate(preset, maxBitRate, probe.durationMs) : maxBitRate,
              isBetter,
            }),
          },
    sound: !loudness ? 'none' : whySound === undefined ? 'copy' : encodedSound(preset, loudness),
    loudness,
    notes: [
      ...rateNotes(probe, choice),
      whyPicture ? `The picture was encoded: ${whyPicture}.` : 'The picture is the source’s own.',
      ...(loudness
        ? [whySound ? `The sound was encoded: ${whySound}.` : 'The sound is the source’s own.']
        : []),
      ...(loudness && isSilent(loudness.before) ? ['The sound is silence and was not made louder.'] : []),
    ],
    cpuMs: loudness?.cpuMs ?? 0,
  }
}

function encodedSound(preset: DeliveryPreset, { gain }: LoudnessDecision): SoundChoice {
  return { encoder: 'aac', bitRate: audioBitRateFor(preset), gain, keepsChannels: false }
}

async function whyPackets(deps: MediaDeps, input: PrepareRendition): Promise<string | undefined> {
  const plan = packetScanPlan(input.probe, input.path)
  const { outputs } = await deps.engine.run(plan, { signal: input.signal })
  const [all, idr] = outputs as [PacketsResult, PacketsResult]
  return whyEncodePackets(all, idr)
}

/** Twice the bits for the second try, where the destination still takes them. */
function betterBitRate(preset: DeliveryPreset, maxBitRate: number, durationMs: number): number {
  const { maxBytes, maxVideoBitRate = Number.POSITIVE_INFINITY } = platformLimits(preset.destination)
  const room = maxBytes === undefined ? Number.POSITIVE_INFINITY : (maxBytes * 8_000 * 0.94) / durationMs
  return Math.floor(
    Math.max(maxBitRate, Math.min(maxBitRate * 2, maxVideoBitRate, room - audioBitRateFor(preset))),
  )
}

function rateNotes(probe: Probe, choice: PictureChoice): string[] {
  const { conformTo } = choice
  const { variableFrameRate, frameRate } = probe.video[0]!
  if (!conformTo) return []
  const rate = (conformTo.num / conformTo.den).toFixed(2)
  if (variableFrameRate) return [`Frames came at uneven times; they are even now, ${rate} a second.`]
  const isSame = Math.abs((frameRate.num * conformTo.den) / (frameRate.den * conformTo.num) - 1) < 0.001
  return isSame ? [] : [`The frame rate was changed to ${rate}.`]
}
