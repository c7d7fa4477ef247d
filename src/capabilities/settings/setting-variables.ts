import { nearestName } from '../../kernel/text.ts'
import type { SettingsConfig } from './definition.ts'
import { definitionOf, settingKeys, type SettingKey, variableOf } from './definitions.ts'
import { settingErrors } from './errors.ts'
import { valueFromText } from './setting-text.ts'

/** What the environment says about a setting; undefined when it says nothing. Fails with `settings.badVariable`. */
export function environmentValue(key: SettingKey, config: SettingsConfig): unknown {
  const definition = definitionOf(key)
  if (definition.environment) return definition.environment.read(config)
  const variable = variableOf(key)
  const text = config.settingVariables?.[variable]
  if (text === undefined) return undefined
  const parsed = definition.schema.safeParse(valueFromText(definition, text))
  if (parsed.success) return parsed.data
  const rule = parsed.error.issues[0]?.message ?? 'is not valid'
  throw settingErrors.badVariable(`${variable} ${rule}, not "${text.slice(0, 80)}".`)
}

/** Refuses variables that are no setting's or that no setting can have, naming the nearest. For the start. */
export function assertSettingVariables(config: SettingsConfig): void {
  const known = settingKeys.map(variableOf)
  for (const name of Object.keys(config.settingVariables ?? {})) {
    if (known.includes(name)) continue
    const near = nearestName(name, known)
    throw settingErrors.badVariable(
      `${name} is not the variable of a setting${near ? `; did you mean ${near}?` : '.'}`,
    )
  }
  for (const key of settingKeys) environmentValue(key, config)
}
