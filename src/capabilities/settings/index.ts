export { settingCommands } from './commands.ts'
export type { VideoPrices } from './cost-impact.ts'
export type { SettingDefinition, SettingsConfig } from './definition.ts'
export {
  definitionOf,
  isSettingKey,
  type SettingKey,
  settingKeys,
  settings,
  type SettingValue,
  variableOf,
} from './definitions.ts'
export { settingErrors } from './errors.ts'
export { explainSetting, listSettings } from './explain-setting.ts'
export { listSettingVersions } from './list-setting-versions.ts'
export { findSettingFile, loadSettingFile } from './load-setting-file.ts'
export { openSettingSources } from './open-setting-sources.ts'
export { openSecretMemory, settingsPart } from './part.ts'
export { type ReadOptions, readSetting, readSettings } from './read-setting.ts'
export { type RollbackSetting, rollbackSetting } from './rollback-setting.ts'
export { settingRoutes } from './routes.ts'
export { findSecret, type ReadSecretDeps, readSecret, withSecret } from './secrets/read-secret.ts'
export type { SecretDeps } from './secrets/secret.ts'
export { planSetting, type SetSetting, setSetting } from './set-setting.ts'
export type { Setting, SettingExplanation, SettingLayer, SettingVersion } from './setting.ts'
export type { SettingFile } from './setting-file.ts'
export { assertSettingVariables } from './setting-variables.ts'
export { environmentOf, type SettingsDeps, type SettingSources } from './stored-settings.ts'
export { findTopic } from './topics/find-topic.ts'
export type { Topic, TopicProfile } from './topics/topic.ts'
