import { z } from 'zod'
import { nearestName } from '../../kernel/text.ts'
import { environments, type EnvironmentName } from '../../platform/config/settings-variables.ts'
import { currentKey, definitionOf, type SettingKey, settingKeys } from './definitions.ts'
import { settingErrors } from './errors.ts'
import { convertedValue } from './stored-settings.ts'

/** The format that this release writes. */
export const fileVersion = 2

/** What a configuration file says in this environment, checked. */
export type SettingFile = {
  path: string
  values: ReadonlyMap<SettingKey, unknown>
  topics: ReadonlyMap<string, ReadonlyMap<SettingKey, unknown>>
  /** Former names it uses, and other things to put right. */
  warnings: readonly string[]
}

const valuesSchema = z.record(z.string(), z.unknown(), 'must be a list of settings and their values')

/** The shape of a file; also of an export. */
export const fileSchema = z.strictObject({
  version: z.literal(fileVersion),
  settings: valuesSchema.default({}),
  environments: z.partialRecord(z.enum(environments), valuesSchema).default({}),
  topics: z.record(z.string().max(40), valuesSchema).default({}),
})

export type SettingDocument = z.infer<typeof fileSchema>

/** A document in the current format, or a failure that says what is wrong with it: `settings.badFile`, `oldFile`. */
export function documentOf(raw: unknown, path: string): SettingDocument {
  const parsed = fileSchema.safeParse(raw ?? { version: fileVersion })
  if (parsed.success) return parsed.data
  const version = z.object({ version: z.unknown().optional() }).safeParse(raw)
  if (version.success && version.data.version !== fileVersion) {
    const found =
      version.data.version === undefined ? 'no version' : `version ${String(version.data.version)}`
    throw settingErrors.oldFile(`${path} has ${found}; this release reads version ${fileVersion}.`)
  }
  const issue = parsed.error.issues[0]!
  throw settingErrors.badFile(`${path}: ${issue.path.map(String).join('.') || 'the file'} ${issue.message}.`)
}

/** Checks every value of a file for an environment. All problems are named in one failure, `settings.badFile`. */
export function readDocument(raw: unknown, path: string, environment: EnvironmentName): SettingFile {
  const document = documentOf(raw, path)
  const problems: string[] = []
  const warnings: string[] = []
  const read = (values: Record<string, unknown>, place: string) =>
    checkedValues(values, place, problems, warnings)

  // Values for other environments are checked too: a mistake must not wait until production.
  const byEnvironment = new Map(
    Object.entries(document.environments).map(([name, values]) => [
      name,
      read(values, `environments.${name}`),
    ]),
  )
  const values = new Map([...read(document.settings, 'settings'), ...(byEnvironment.get(environment) ?? [])])
  const topics = new Map(
    Object.entries(document.topics).map(([topic, own]) => {
      const checked = read(own, `topics.${topic}`)
      for (const key of checked.keys()) {
        if (!definitionOf(key).isPerTopic)
          problems.push(`topics.${topic}: ${key} is the same for every topic.`)
      }
      return [topic, checked]
    }),
  )
  if (problems.length > 0) {
    throw settingErrors.badFile(`${path}: ${problems.slice(0, 10).join(' ')}`, { detail: { problems } })
  }
  return { path, values, topics, warnings }
}

function checkedValues(
  values: Record<string, unknown>,
  place: string,
  problems: string[],
  warnings: string[],
): Map<SettingKey, unknown> {
  const checked = new Map<SettingKey, unknown>()
  for (const [name, written] of Object.entries(values)) {
    const key = currentKey(name)
    if (key === undefined) {
      const near = nearestName(name, settingKeys)
      problems.push(`${place}: there is no setting "${name}"${near ? `; did you mean ${near}?` : '.'}`)
      continue
    }
    if (key !== name) warnings.push(`${place}: ${name} is now called ${key}.`)
    if (checked.has(key)) problems.push(`${place}: ${key} is there twice, under two names.`)
    const parsed = definitionOf(key).schema.safeParse(convertedValue(key, name, written))
    if (parsed.success) checked.set(key, parsed.data)
    else problems.push(`${place}: ${name} ${parsed.error.issues[0]?.message ?? 'is not valid'}.`)
  }
  return checked
}
