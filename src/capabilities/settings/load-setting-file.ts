import { readFile, stat } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { EnvironmentName } from '../../platform/config/settings-variables.ts'
import { settingErrors } from './errors.ts'
import { maxSettingTextBytes, parseSettingText } from './parse-setting-text.ts'
import { readDocument, type SettingFile } from './setting-file.ts'

const names = [
  'creatorops.config.ts',
  'creatorops.config.json',
  'creatorops.config.yaml',
  'creatorops.config.yml',
]

export type FindSettingFile = {
  /** The data directory; looked at first. */
  home: string
  /** The working directory. */
  directory: string
  /** From `CREATOROPS_SETTINGS_FILE`: this one and no other. */
  settingsFile?: string | undefined
}

/** Where the file with settings is; undefined when there is none. Two in one directory are refused. */
export async function findSettingFile(input: FindSettingFile): Promise<string | undefined> {
  if (input.settingsFile !== undefined) {
    const path = resolve(input.directory, input.settingsFile)
    if (!(await isFile(path)))
      throw settingErrors.badFile(`CREATOROPS_SETTINGS_FILE names ${path}, which is not a file.`)
    return path
  }
  for (const directory of new Set([input.home, input.directory])) {
    const found: string[] = []
    for (const name of names) if (await isFile(join(directory, name))) found.push(join(directory, name))
    if (found.length > 1) throw settingErrors.badFile(`There is both ${found.join(' and ')}; keep one.`)
    if (found[0] !== undefined) return found[0]
  }
  return undefined
}

/** Finds, reads and checks the file with settings. A TypeScript file is run: it exports the same thing by default. */
export async function loadSettingFile(
  input: FindSettingFile & { environment: EnvironmentName },
): Promise<SettingFile | undefined> {
  const path = await findSettingFile(input)
  if (path === undefined) return undefined
  return readDocument(await readRaw(path), path, input.environment)
}

/** The content of a file, parsed and not checked. */
export async function readRaw(path: string): Promise<unknown> {
  if (extname(path) === '.ts') return importDefault(path)
  const { size } = await stat(path)
  // Not read into memory only to be refused.
  if (size > maxSettingTextBytes) {
    throw settingErrors.badFile(`${path} is larger than ${maxSettingTextBytes / 1024} KiB.`)
  }
  return parseSettingText(await readFile(path, 'utf8'), path)
}

async function importDefault(path: string): Promise<unknown> {
  const { mtimeMs } = await stat(path)
  try {
    // The time makes a changed file another module; Node keeps what it once loaded.
    const loaded = (await import(`${pathToFileURL(path).href}?changed=${mtimeMs}`)) as { default?: unknown }
    return loaded.default
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw settingErrors.badFile(`${path} cannot be loaded: ${reason}`, { cause })
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    throw error
  }
}
