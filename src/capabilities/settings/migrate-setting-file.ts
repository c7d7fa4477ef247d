import { type Document, isMap, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml'
import { currentKey, type SettingKey } from './definitions.ts'
import { settingErrors } from './errors.ts'
import { parseSettingText } from './parse-setting-text.ts'
import { fileVersion } from './setting-file.ts'
import { convertedValue } from './stored-settings.ts'

export type MigratedFile = {
  /** The file in today's format; comments and order of YAML are kept. */
  text: string
  /** What was changed, one line each; empty when the file was of today. */
  changes: string[]
}

/**
 * Brings an older file with settings to today's format and names. Version 1 had the settings themselves at the top.
 * Values are not judged here: reading the file does that. Fails with `settings.badFile` when it cannot be read.
 */
export function migrateSettingFile(text: string, path: string): MigratedFile {
  // Refuses what is too large, too deep or broken, before it is read in another way.
  parseSettingText(text, path)
  const document: Document = parseDocument(text)
  if (document.contents === null) document.contents = document.createNode({})
  const top = document.contents
  if (!isMap(top)) throw settingErrors.badFile(`${path} is not a list of settings and their values.`)
  const changes: string[] = []
  const version: unknown = top.get('version')
  if (version === undefined || version === 1) wrapFlat(document, top, changes)
  else if (version !== fileVersion) {
    throw settingErrors.badFile(`${path} has version ${String(version)}, which a newer release wrote.`)
  }
  for (const { map, place } of mapsOf(top)) renameKeys(document, map, place, changes)
  return { text: textOf(document, path), changes }
}

function wrapFlat(document: Document, top: YAMLMap, changes: string[]): void {
  const kept = new Set(['version', 'settings', 'environments', 'topics'])
  const flat = top.items.filter((pair) => !kept.has(nameOf(pair)))
  const settings = document.createNode({}) as YAMLMap
  const given = top.get('settings')
  settings.items = [...(isMap(given) ? given.items : []), ...flat]
  const rest = top.items.filter((pair) => ['environments', 'topics'].includes(nameOf(pair)))
  top.items = [
    document.createPair('version', fileVersion),
    document.createPair('settings', settings),
    ...rest,
  ]
  changes.push(`version is ${fileVersion}`)
  for (const pair of flat) changes.push(`${nameOf(pair)} is in "settings"`)
}

function* mapsOf(top: YAMLMap): Generator<{ map: YAMLMap; place: string }> {
  const settings = top.get('settings')
  if (isMap(settings)) yield { map: settings, place: 'settings' }
  for (const group of ['environments', 'topics']) {
    const maps = top.get(group)
    if (!isMap(maps)) continue
    for (const pair of maps.items) {
      if (isMap(pair.value)) yield { map: pair.value, place: `${group}.${nameOf(pair)}` }
    }
  }
}

function renameKeys(document: Document, map: YAMLMap, place: string, changes: string[]): void {
  for (const pair of map.items) {
    const name = nameOf(pair)
    const key: SettingKey | undefined = currentKey(name)
    if (key === undefined || key === name) continue
    if (map.has(key)) throw settingErrors.badFile(`${place} has both ${name} and ${key}, which are the same.`)
    const written = isScalar(pair.value) ? pair.value.value : pair.value
    const value = convertedValue(key, name, written)
    if (isScalar(pair.key)) pair.key.value = key
    if (value !== written) pair.value = document.createNode(value)
    changes.push(`${place}: ${name} is called ${key}`)
  }
}

function nameOf(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : pair.key)
}

function textOf(document: Document, path: string): string {
  return path.endsWith('.json')
    ? `${JSON.stringify(document.toJS(), null, 2)}\n`
    : document.toString({ lineWidth: 110 })
}
