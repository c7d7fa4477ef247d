import { createHash } from 'node:crypto'
import type { CreateJobCommandInput, Output, OutputGroup } from '@aws-sdk/client-mediaconvert'
import type { TranscodeJob } from './port.ts'

export type MediaConvertPlace = {
  /** `s3://bucket/prefix/`, before every key. */
  root: string
  /** ARN of the role that MediaConvert takes to read and write the bucket. */
  role: string
  /** ARN or name of a queue. Default: the account's own. */
  queue?: string
}

/** The name that playlists get: the last part of the source's key without its ending. */
export function baseName(sourceKey: string): string {
  return sourceKey.slice(sourceKey.lastIndexOf('/') + 1).replace(/\.[^.]+$/, '')
}

/**
 * The settings of one CMAF package: HLS and DASH from the same segments, closed groups of pictures, quality-defined
 * bit rates under a limit, one output for each quality, the sound and each caption track. Single pass, since
 * `SINGLE_PASS_HQ` is billed in the professional tier.
 */
export function mediaConvertJob(job: TranscodeJob, place: MediaConvertPlace): CreateJobCommandInput {
  const { root, role, queue } = place
  const selectors = job.captions.map((caption, index) => [
    `Captions Selector ${index + 1}`,
    {
      SourceSettings: {
        SourceType: caption.format === 'srt' ? 'SRT' : 'WEBVTT',
        FileSourceSettings: { SourceFile: root + caption.key },
      },
    } as const,
  ])
  return {
    Role: role,
    ...(queue && { Queue: queue }),
    ClientRequestToken: requestToken(job.token),
    UserMetadata: { ...job.tags, token: job.token },
    StatusUpdateInterval: 'SECONDS_10',
    Settings: {
      TimecodeConfig: { Source: 'ZEROBASED' },
      Inputs: [
        {
          FileInput: root + job.sourceKey,
          TimecodeSource: 'ZEROBASED',
          VideoSelector: { Rotate: 'AUTO' },
          ...(job.hasAudio && { AudioSelectors: { 'Audio Selector 1': { DefaultSelection: 'DEFAULT' } } }),
          ...(selectors.length > 0 && { CaptionSelectors: Object.fromEntries(selectors) }),
        },
      ],
      OutputGroups: [cmafGroup(job, root)],
    },
  }
}

function cmafGroup(job: TranscodeJob, root: string): OutputGroup {
  const sound: Output = {
    NameModifier: '_aac',
    ContainerSettings: { Container: 'CMFC' },
    AudioDescriptions: [
      {
        AudioSourceName: 'Audio Selector 1',
        CodecSettings: {
          Codec: 'AAC',
          AacSettings: { Bitrate: 128_000, CodingMode: 'CODING_MODE_2_0', SampleRate: 48_000 },
        },
      },
    ],
  }
  const texts = job.captions.map(({ language, name }, index): Output => ({
    NameModifier: `_${language.toLowerCase()}`,
    ContainerSettings: { Container: 'CMFC' },
    CaptionDescriptions: [
      {
        CaptionSelectorName: `Captions Selector ${index + 1}`,
        CustomLanguageCode: language,
        LanguageDescription: name,
        DestinationSettings: { DestinationType: 'WEBVTT' },
      },
    ],
  }))
  return {
    Name: 'CMAF',
    OutputGroupSettings: {
      Type: 'CMAF_GROUP_SETTINGS',
      CmafGroupSettings: {
        Destination: root + job.outputPrefix,
        SegmentLength: Math.round(job.segmentMs / 1000),
        FragmentLength: Math.round(job.gopMs / 1000),
        SegmentControl: 'SEGMENTED_FILES',
        WriteHlsManifest: 'ENABLED',
        WriteDashManifest: 'ENABLED',
        CodecSpecification: 'RFC_4281',
        StreamInfResolution: 'INCLUDE',
      },
    },
    Outputs: [...job.rungs.map((rung) => videoOutput(job, rung)), ...(job.hasAudio ? [sound] : []), ...texts],
  }
}

function videoOutput(job: TranscodeJob, rung: TranscodeJob['rungs'][number]): Output {
  return {
    NameModifier: `_${rung.name}`,
    ContainerSettings: { Container: 'CMFC' },
    VideoDescription: {
      Width: rung.width,
      Height: rung.height,
      ScalingBehavior: 'FIT',
      CodecSettings: {
        Codec: 'H_264',
        H264Settings: {
          RateControlMode: 'QVBR',
          MaxBitrate: rung.maxBitRate,
          QvbrSettings: { QvbrQualityLevel: Math.min(rung.width, rung.height) > 480 ? 8 : 7 },
          QualityTuningLevel: 'SINGLE_PASS',
          GopSize: job.gopMs / 1000,
          GopSizeUnits: 'SECONDS',
          GopClosedCadence: 1,
          SceneChangeDetect: 'DISABLED',
          CodecProfile: 'HIGH',
          FramerateControl: 'INITIALIZE_FROM_SOURCE',
          ParControl: 'SPECIFIED',
          ParNumerator: 1,
          ParDenominator: 1,
          InterlaceMode: 'PROGRESSIVE',
        },
      },
    },
  }
}

/** At most 64 characters of a plain alphabet, the same for the same work. */
export function requestToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
