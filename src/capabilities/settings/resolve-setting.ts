import type { SettingDefinition } from './definition.ts'
import { definitionOf, type SettingKey, variableOf } from './definitions.ts'
import {
  type Setting,
  type SettingExplanation,
  type SettingLayer,
  type SettingLayerValue,
  settingLayers,
  type StoredLayer,
} from './setting.ts'
import { environmentValue } from './setting-variables.ts'
import { convertedValue, deploymentScope, type SettingsDeps, type StoredValue } from './stored-settings.ts'
import { builtInTopic } from './topics/built-in-topics.ts'

/** Where to resolve: what is stored for the workspace, what the process itself was given, and for which topic. */
export type SettingView = Pick<SettingsDeps, 'config' | 'settingSources'> & {
  stored: readonly StoredValue[]
  topic?: string | undefined
}

/** One setting with everything that has a say in it. Pure. */
export function resolveSetting(key: SettingKey, view: SettingView): SettingExplanation {
  const definition = definitionOf(key)
  const topic = definition.isPerTopic ? view.topic : undefined
  const warnings: string[] = []
  const layers = settingLayers
    .filter((layer) => layer !== 'topic' || topic !== undefined)
    .map((layer) => layerValue(key, layer, { ...view, topic }, warnings))
  const winner = layers.findLast((layer) => layer.isSet)!
  const cap = definition.isCapped ? environmentValue(key, view.config) : undefined
  const isOver = typeof cap === 'number' && (winner.value as number) > cap
  const asked: StoredLayer = view.topic === undefined ? 'workspace' : 'topic'
  return {
    ...describe(key, definition),
    value: isOver ? cap : winner.value,
    layer: winner.layer,
    version: rowOf(key, asked, { ...view, topic })?.version ?? 0,
    topic: topic ?? null,
    deploymentVersion: rowOf(key, 'deployment', view)?.version ?? 0,
    cappedAt: isOver ? cap : null,
    warnings,
    layers: layers.map((layer) => ({ ...layer, counts: layer === winner })),
  }
}

const untouched = {
  isSet: false,
  counts: false,
  source: null,
  changedBy: null,
  changedAt: null,
  reason: null,
}

function layerValue(
  key: SettingKey,
  layer: SettingLayer,
  view: SettingView,
  warnings: string[],
): SettingLayerValue {
  const told = (value: unknown, source: string | null): SettingLayerValue =>
    value === undefined
      ? { layer, value: null, ...untouched }
      : { layer, value, ...untouched, isSet: true, source }

  if (layer === 'default') {
    const own = view.topic === undefined ? undefined : builtInTopic(view.topic)?.settings[key]
    return own === undefined
      ? told(definitionOf(key).default, null)
      : told(own, `built-in topic ${view.topic}`)
  }
  if (layer === 'file') return told(fileValue(key, view), view.settingSources?.file?.path ?? null)
  if (layer === 'environment') return told(environmentValue(key, view.config), variableOf(key))

  const row = rowOf(key, layer, view)
  if (!row) return told(undefined, null)
  const who = { changedBy: row.changedBy, reason: row.reason, changedAt: row.changedAt.toISOString() }
  if (row.value === null) return { ...told(undefined, null), ...who }
  if (row.storedKey !== key)
    warnings.push(`The ${layer} value was set under the former name ${row.storedKey}.`)
  const parsed = definitionOf(key).schema.safeParse(convertedValue(key, row.storedKey, row.value))
  // A value that this release no longer takes counts as none, rather than stopping everything that reads it.
  if (!parsed.success) warnings.push(`The ${layer} value is from another release and is ignored.`)
  return { ...told(parsed.success ? parsed.data : undefined, null), ...who }
}

function fileValue(key: SettingKey, { settingSources, topic }: SettingView): unknown {
  const file = settingSources?.file
  const ofTopic = topic === undefined ? undefined : file?.topics.get(topic)?.get(key)
  return ofTopic ?? file?.values.get(key)
}

/** The current row of one of the stored layers. */
export function rowOf(
  key: SettingKey,
  layer: StoredLayer,
  view: Pick<SettingView, 'stored' | 'topic'>,
): StoredValue | undefined {
  return view.stored.find(
    (row) =>
      row.key === key &&
      (row.workspaceId === deploymentScope) === (layer === 'deployment') &&
      row.topic === (layer === 'topic' ? (view.topic ?? '') : ''),
  )
}

function describe(
  key: SettingKey,
  definition: SettingDefinition,
): Omit<Setting, 'value' | 'layer' | 'version'> {
  const { title, description, kind, unit, isInteger, permission } = definition
  const { needsRestart, changesCost, isPerTopic, range, choices, formerNames } = definition
  return {
    key,
    area: key.split('.')[0]!,
    title,
    description,
    kind,
    unit,
    default: definition.default,
    isInteger,
    min: range?.min ?? null,
    max: range?.max ?? null,
    choices: choices ? [...choices] : null,
    permission,
    needsRestart,
    changesCost,
    isPerTopic,
    variable: variableOf(key),
    formerNames: formerNames.map(({ name }) => name),
  }
}
