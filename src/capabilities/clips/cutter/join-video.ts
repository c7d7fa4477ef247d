import { CodecParameters, type Frame, type Packet, type CodecContext } from 'node-av/lib'
import { type AvcConfig, buildAvcC, parseAvcConfig } from './avc-config.ts'
import { CannotJoin, type ClipVideo, type EmitVideo } from './clip-video.ts'
import { type TickRange, isPastEnd, isWanted } from './cut-plan.ts'
import { type Fingerprint, fingerprint } from './fingerprint.ts'
import { openEdgeEncoder } from './h264-encoder.ts'
import { joinLengthPrefixed, nalType, nalTypes, splitAnnexB } from './h264-nal.ts'
import { freeParameterSetId } from './h264-parameter-sets.ts'
import { encode } from './libav.ts'
import { openPictureDecoder } from './picture-decoder.ts'
import { type Source, type SourcePacket, splitPacket } from './source.ts'

/** Copied packets after the first seam that are decoded as well, to know how the frames there should look. */
const comparedPackets = 5

export type JoinInput = {
  source: Source
  range: TickRange
  /** Packets from the key packet before the start up to the one where copying begins, which is not among them. */
  head: SourcePacket[]
  /** Gives the process a turn, with the packets done; called between packets. */
  breathe: () => Promise<void>
}

/**
 * Pictures of an exact clip: the frames before the first closed group of pictures are encoded anew, whole packets are
 * copied as long as all they show is wanted, and the few frames after that are encoded anew.
 *
 * The new pictures refer to parameter sets of their own under a free id, and the sample entry carries both, so that
 * a decoder needs no switch at the seams. They are not reordered, so that the source's decoding times stay valid.
 */
export function openJoin(input: JoinInput): ClipVideo {
  const { source, range, breathe } = input
  const avc = source.avc!
  const lengthBytes = avc.framing.kind === 'length' ? avc.framing.lengthBytes : 4
  const parameterSetId = freeParameterSetId(avc.sps, avc.pps)
  if (parameterSetId === undefined) throw new CannotJoin('its parameter sets use every id')

  const { parameters, openEncoder } = describeJoin(source, avc, parameterSetId, lengthBytes)
  const headWanted = input.head.filter(({ facts }) => isWanted(facts, range))
  const fingerprints = new Map<number, Fingerprint>()
  const atSeam: SourcePacket[] = []
  // The packets since the last copied key packet, to decode the end from.
  let group: SourcePacket[] = []
  let tailWanted: SourcePacket[] = []
  let phase: 'head' | 'copy' | 'tail' = 'head'
  let requested = headWanted.length
  let delayTicks = 0
  let lastDts = Number.NEGATIVE_INFINITY
  let lastCopiedPts = Number.NEGATIVE_INFINITY

  /** Encodes the wanted ones of these packets' frames; the others are only decoded as far as needed. */
  async function encodeEdge(
    packets: SourcePacket[],
    wanted: SourcePacket[],
    also: SourcePacket[],
    emit: EmitVideo,
  ) {
    const durations = new Map(wanted.map(({ facts, packet }) => [facts.pts!, Number(packet.duration)]))
    const compared = new Set(also.map(({ facts }) => facts.pts))
    const decoder = openPictureDecoder(source)
    const encoder = openEncoder()
    let encoded = 0
    const onPacket = (packet: Packet) => {
      const pts = Number(packet.pts)
      const dts = Math.max(lastDts + 1, pts - delayTicks)
      if (dts > pts) throw new CannotJoin('its decoding times leave no room for new frames')
      reframe(packet, lengthBytes)
      packet.dts = BigInt(dts)
      lastDts = dts
      packet.duration = BigInt(durations.get(pts) ?? 0)
      encoded++
      emit(packet, { pts, durationTicks: Number(packet.duration), isCopied: false })
    }
    const onPicture = (frame: Frame, pts: number) => {
      if (durations.has(pts)) {
        assertSamePicture(frame, parameters)
        fingerprints.set(pts, fingerprint(frame))
        encode(encoder, frame, onPacket)
      } else if (compared.has(pts)) fingerprints.set(pts, fingerprint(frame))
    }
    const first = packets[0]?.facts.pts ?? Number.NEGATIVE_INFINITY
    for (const { packet, facts, isReference } of [
      ...packets,
      ...also.filter((one) => !packets.includes(one)),
    ]) {
      // Pictures shown before an open key picture need what came before it.
      if (facts.pts !== undefined && facts.pts < first) continue
      if (!isReference && !durations.has(facts.pts!) && !compared.has(facts.pts)) continue
      decoder.push(packet, onPicture)
      await breathe()
    }
    decoder.push(null, onPicture)
    encode(encoder, null, onPacket)
    encoder.freeContext()
    if (decoder.damaged() > 0) throw new CannotJoin('the source is damaged at a seam')
    if (encoded !== wanted.length) throw new CannotJoin('frames are missing at a seam')
    decoder.close()
  }

  async function endHead(emit: EmitVideo) {
    phase = 'copy'
    const first = atSeam[0]
    if (!first) return
    delayTicks = first.facts.pts! - first.facts.dts!
    if (delayTicks < 0) throw new CannotJoin('its decoding times are wrong')
    if (headWanted.length > 0) await encodeEdge(input.head, headWanted, atSeam, emit)
    for (const { packet } of input.head) packet.free()
    for (const packet of atSeam) take(packet, emit)
  }

  function copy(one: SourcePacket, emit: EmitVideo) {
    const { pts, dts, isKey } = one.facts
    if (dts === undefined || dts <= lastDts || dts > pts!)
      throw new CannotJoin('its decoding times are wrong')
    lastDts = dts
    lastCopiedPts = Math.max(lastCopiedPts, pts!)
    if (isKey) {
      assertKnownParameterSets(avc, one.packet)
      release(group)
      group = []
    }
    const packet = one.packet.clone()!
    if (avc.framing.kind === 'startCodes') reframe(packet, lengthBytes)
    emit(packet, { pts: pts!, durationTicks: Number(packet.duration), isCopied: true })
  }

  function take(one: SourcePacket, emit: EmitVideo): boolean {
    if (isPastEnd(one.facts, range)) {
      one.packet.free()
      return false
    }
    const wanted = isWanted(one.facts, range)
    if (wanted) requested++
    if (phase === 'copy' && wanted) copy(one, emit)
    else {
      phase = 'tail'
      if (wanted) tailWanted.push(one)
    }
    group.push(one)
    return true
  }

  return {
    parameters,
    timeBase: source.timeBase,
    fingerprints,
    requestedFrames: () => requested,
    async push(packet, emit) {
      if (phase !== 'head') return take(packet, emit)
      atSeam.push(packet)
      if (atSeam.length >= comparedPackets) await endHead(emit)
      return true
    },
    async finish(emit) {
      if (phase === 'head') await endHead(emit)
      if (tailWanted.length > 0) {
        // Frames are shown in order only if all that is encoded comes after all that was copied.
        if (tailWanted.some(({ facts }) => facts.pts! < lastCopiedPts)) {
          throw new CannotJoin('its last frames are reordered across the end')
        }
        await encodeEdge(
          group,
          tailWanted,
          group.filter(({ facts }) => facts.pts! <= lastCopiedPts).slice(-3),
          emit,
        )
      }
      release(group)
      tailWanted = []
    },
  }
}

/** The track's description with the parameter sets of both, and encoders that agree with it. */
function describeJoin(source: Source, avc: AvcConfig, parameterSetId: number, lengthBytes: number) {
  const { codecpar, avgFrameRate } = source.video
  const openEncoder = (): CodecContext =>
    openEdgeEncoder(
      { parameters: codecpar, timeBase: source.timeBase, frameRate: avgFrameRate },
      avc.sps[0]!,
      parameterSetId,
    )
  const probe = openEncoder()
  const own = parseAvcConfig(probe.extraData)
  probe.freeContext()
  if (!own) throw new CannotJoin('the encoder gave no parameter sets')
  const parameters = new CodecParameters()
  parameters.alloc()
  codecpar.copy(parameters)
  parameters.extradata = buildAvcC({
    sps: [...avc.sps, ...own.sps],
    pps: [...avc.pps, ...own.pps],
    lengthBytes,
  })
  return { parameters, openEncoder }
}

/** Turns a packet's start codes into lengths; times and flags stay. */
export function reframe(packet: Packet, lengthBytes: number): void {
  const { pts, dts, duration, isKeyframe } = packet
  // Giving a packet new data clears all the rest of it.
  packet.data = withLengths(packet.data!, lengthBytes)
  packet.pts = pts
  packet.dts = dts
  packet.duration = duration
  packet.isKeyframe = isKeyframe
}

/** From start codes to lengths. Parameter sets stand in the sample entry, so they are left out. */
function withLengths(data: Buffer, lengthBytes: number): Buffer {
  const left: number[] = [nalTypes.sps, nalTypes.pps, nalTypes.accessUnitDelimiter]
  const nals = splitAnnexB(data).filter((nal) => !left.includes(nalType(nal)))
  try {
    return joinLengthPrefixed(nals, lengthBytes)
  } catch (cause) {
    throw new CannotJoin('its packets have too short length fields', { cause })
  }
}

function assertKnownParameterSets(avc: AvcConfig, packet: Packet): void {
  const known = [...avc.sps, ...avc.pps]
  const nals = splitPacket(avc, packet)
  if (!nals) throw new CannotJoin('a packet in it is damaged')
  for (const nal of nals) {
    const type = nalType(nal)
    if (type !== nalTypes.sps && type !== nalTypes.pps) continue
    if (!known.some((one) => one.equals(nal)))
      throw new CannotJoin('its coding parameters change inside the clip')
  }
}

function assertSamePicture(frame: Frame, parameters: CodecParameters): void {
  const isSame =
    frame.width === parameters.width &&
    frame.height === parameters.height &&
    frame.format === parameters.format
  if (!isSame) throw new CannotJoin('its picture size changes inside the clip')
}

function release(packets: readonly SourcePacket[]): void {
  for (const { packet } of packets) packet.free()
}
