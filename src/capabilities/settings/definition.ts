import { z } from 'zod'
import type { BaseConfig } from '../../platform/config/config.ts'

/** The configuration that settings take their environment layer from. */
export type SettingsConfig = Pick<BaseConfig, 'quotaBytes'> &
  Partial<Pick<BaseConfig, 'environment' | 'settingVariables'>>

export const settingKinds = ['number', 'text', 'switch', 'choice', 'list', 'json'] as const
export type SettingKind = (typeof settingKinds)[number]

/** A name this setting had in an earlier release; values under it still count, with a warning. */
export type FormerName = {
  name: string
  /** Makes today's value from one of then, when the unit or shape changed too. */
  convert?: (value: unknown) => unknown
}

export type SettingDefinition<Value = unknown> = {
  kind: SettingKind
  title: string
  /** What changes when it is changed, in a sentence. */
  description: string
  schema: z.ZodType<Value>
  default: Value
  unit: string | null
  range: { min: number; max: number } | null
  isInteger: boolean
  choices: readonly string[] | null
  /** Who may change it; default `settings.write`. */
  permission: string
  /** Whether a change counts only after a restart; otherwise it counts for the next thing that reads it. */
  needsRestart: boolean
  /** Whether a change moves what things cost; people are shown the estimate before and after. */
  changesCost: boolean
  /** Whether a topic may have a value of its own. */
  isPerTopic: boolean
  formerNames: readonly FormerName[]
  /** A variable of the configuration that is this setting too, beside `CREATOROPS_SETTING_…`. */
  environment?: { variable: string; read: (config: SettingsConfig) => Value }
  /** The environment's value is the most that any other layer may give. Numbers only. */
  isCapped?: boolean
}

type Words<Value> = {
  title: string
  description: string
  default: Value
  permission?: string
  needsRestart?: boolean
  changesCost?: boolean
  isPerTopic?: boolean
  formerNames?: readonly FormerName[]
}

function definition<Value>(
  kind: SettingKind,
  words: Words<Value>,
  schema: z.ZodType<Value>,
  more: Partial<SettingDefinition<Value>> = {},
): SettingDefinition<Value> {
  return {
    unit: null,
    range: null,
    isInteger: false,
    choices: null,
    permission: 'settings.write',
    needsRestart: false,
    changesCost: false,
    isPerTopic: false,
    formerNames: [],
    ...words,
    ...more,
    kind,
    schema,
  }
}

export type NumberWords = Words<number> & {
  /** Plural: `clips`, `ms`, `%`, `micros`. */
  unit: string
  min: number
  max: number
  /** Default true. */
  isInteger?: boolean
  environment?: SettingDefinition<number>['environment']
  isCapped?: boolean
}

/** A number with a unit and a range. Money is in micros: integer millionths of a US dollar. */
export function numberSetting({ min, max, isInteger = true, ...words }: NumberWords) {
  const number = z
    .number('must be a number')
    .min(min, `must be ${min} or more`)
    .max(max, `must be ${max} or less`)
  const schema = isInteger ? number.int('must be a whole number') : number
  return definition('number', words, schema, { unit: words.unit, range: { min, max }, isInteger })
}

/** A line of text; `pattern` says what it may look like and `rule` says so to a person. */
export function textSetting(words: Words<string> & { maxChars: number; pattern?: RegExp; rule?: string }) {
  const { maxChars, pattern, rule, ...rest } = words
  const text = z.string('must be a text').max(maxChars, `must have at most ${maxChars} characters`)
  return definition('text', rest, pattern ? text.regex(pattern, rule ?? 'is not valid') : text)
}

/** On or off. */
export function switchSetting(words: Words<boolean>) {
  return definition('switch', words, z.boolean('must be true or false'))
}

/** One of some words. */
export function choiceSetting<const Choice extends string>(
  words: Words<Choice> & { choices: readonly Choice[] },
) {
  const { choices } = words
  return definition('choice', words, z.enum(choices, `must be one of ${choices.join(', ')}`), { choices })
}

/** Several short texts in an order, each once. */
export function listSetting(words: Words<readonly string[]> & { maxItems: number; choices?: string[] }) {
  const { maxItems, choices, ...rest } = words
  const item = choices
    ? z.enum(choices, `may have only ${choices.join(', ')}`)
    : z.string('must be a list of texts').min(1).max(200)
  const schema = z
    .array(item, 'must be a list')
    .max(maxItems, `must have at most ${maxItems} entries`)
    .refine((items) => new Set(items).size === items.length, 'must not name anything twice')
  return definition<readonly string[]>('list', rest, schema, { choices: choices ?? null })
}

/** Anything else that JSON can say, by a schema. */
export function jsonSetting<Value>(words: Words<Value> & { schema: z.ZodType<Value> }) {
  return definition('json', words, words.schema)
}
