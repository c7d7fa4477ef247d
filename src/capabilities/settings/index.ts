export { settingCommands } from './commands.ts'
export {
  type SettingKey,
  settingKeys,
  settings,
  type SettingsConfig,
  type SettingValue,
} from './definitions.ts'
export { settingErrors } from './errors.ts'
export { explainSetting, listSettings, listSettingVersions } from './explain-setting.ts'
export { readSetting, readSettings } from './read-setting.ts'
export type { SettingsDeps } from './resolve-setting.ts'
export { settingRoutes } from './routes.ts'
export { type SetSetting, setSetting } from './set-setting.ts'
export type { Setting, SettingExplanation, SettingLayer, SettingVersion } from './setting.ts'
