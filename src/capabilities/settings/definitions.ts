import { z } from 'zod'
import type { BaseConfig } from '../../platform/config/config.ts'

/** The configuration that settings take their environment layer from. */
export type SettingsConfig = Pick<BaseConfig, 'quotaBytes'>

export type SettingDefinition<Value extends number = number> = {
  title: string
  /** What changes when it is changed, in a sentence. */
  description: string
  schema: z.ZodType<Value>
  default: Value
  unit: string
  range: { min: number; max: number }
  isInteger: boolean
  /** Present when the environment has a say: which variable, and its value. */
  environment?: { variable: string; read: (config: SettingsConfig) => Value }
  /** The environment's value is the most that any other layer may give. */
  isCapped?: boolean
  /** Whether a change counts only after a restart; otherwise it counts for the next thing that reads it. */
  needsRestart: boolean
}

type Numeric = Omit<SettingDefinition, 'schema' | 'range' | 'isInteger' | 'needsRestart'> & {
  min: number
  max: number
  isInteger?: boolean
}

function numeric({ min, max, isInteger = true, ...rest }: Numeric): SettingDefinition {
  const number = z
    .number('must be a number')
    .min(min, `must be ${min} or more`)
    .max(max, `must be ${max} or less`)
  const schema = isInteger ? number.int('must be a whole number') : number
  return { ...rest, schema, range: { min, max }, isInteger, needsRestart: false }
}

/** Every setting there is. A row appears here when something reads it, not before. */
export const settings = {
  'clips.count': numeric({
    title: 'Suggested clips',
    description: 'How many clips are cut from one recording, at most.',
    default: 3,
    unit: 'clips',
    min: 0,
    max: 10,
  }),
  'clips.minMs': numeric({
    title: 'Shortest clip',
    description: 'Suggested clips are at least this long.',
    default: 15_000,
    unit: 'ms',
    min: 1_000,
    max: 600_000,
  }),
  'clips.maxMs': numeric({
    title: 'Longest clip',
    description: 'Suggested clips are at most this long.',
    default: 60_000,
    unit: 'ms',
    min: 2_000,
    max: 3_600_000,
  }),
  'analysis.thresholdPercent': numeric({
    title: 'Silence threshold',
    description: 'Sound quieter than this share of full scale counts as silence.',
    default: 4,
    unit: '%',
    min: 0.1,
    max: 50,
    isInteger: false,
  }),
  'package.maxHeight': numeric({
    title: 'Largest rendition',
    description: 'Height of the largest rendition of a package. A recording is never scaled up to reach it.',
    default: 1_080,
    unit: 'px',
    min: 144,
    max: 4_320,
  }),
  'workspace.quotaBytes': numeric({
    title: 'Storage quota',
    description: 'How much this workspace may keep.',
    default: 2 ** 40,
    unit: 'bytes',
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    environment: { variable: 'CREATOROPS_QUOTA_BYTES', read: (config) => config.quotaBytes },
    isCapped: true,
  }),
} as const satisfies Record<string, SettingDefinition>

export type SettingKey = keyof typeof settings
export type SettingValue<Key extends SettingKey> = z.infer<(typeof settings)[Key]['schema']>

export const settingKeys = Object.keys(settings) as SettingKey[]

export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(settings, key)
}
