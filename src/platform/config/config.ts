import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import type { z } from 'zod'
import { nearestName } from '../../kernel/text.ts'
import { configErrors } from './errors.ts'
import { readOrCreateSecret } from './secret.ts'
import { settingPrefix } from './settings-variables.ts'
import { type Variable, variables } from './variables.ts'

type Variables = typeof variables
type ValueOf<V> = V extends { schema: infer S extends z.ZodType }
  ? V extends { default: string }
    ? z.output<S>
    : z.output<S> | undefined
  : never
type Values = { -readonly [K in keyof Variables]: ValueOf<Variables[K]> }

type Grouped = `oidc${string}` | `owner${string}`

/** The configuration without what needs a file: enough for `doctor` and for work on plain files. */
export type BaseConfig = Omit<Values, Grouped | 'publicUrl' | 'cpuSlots' | 'secret'> & {
  publicUrl: string
  cpuSlots: number
  owner: { email: string; password?: string }
  /** Present when an OpenID Connect provider is configured. */
  oidc?: { id: string; name: string; issuer: string; clientId: string; clientSecret: string }
  /** From `CREATOROPS_SECRET`; otherwise it is in a file, see `loadConfig`. */
  secret?: string
  /** Every `CREATOROPS_SETTING_…` variable as it was written; `settings` knows what they mean. */
  settingVariables: Record<string, string>
}

/** Everything the environment decides, checked. `home` is absolute. */
export type Config = BaseConfig & { secret: string }

export type Environment = Record<string, string | undefined>

/** Reads and checks the environment; touches no file. All problems are named in one failure. */
export function readConfig(env: Environment = process.env): BaseConfig {
  const problems = unknownNames(env)
  const values: Record<string, unknown> = {}
  for (const [key, row] of Object.entries<Variable>(variables)) {
    // An empty variable counts as not set: that is what `NAME= command` and compose files mean.
    const text = env[row.name] || row.default
    if (text === undefined) continue
    const parsed = row.schema.safeParse(text)
    if (parsed.success) values[key] = parsed.data
    else problems.push(`${row.name} ${parsed.error.issues[0]?.message ?? 'is not valid'}${shown(row, text)}.`)
  }
  const read = values as Values
  problems.push(...missingPartners(read))
  if (problems.length > 0) throw configErrors.invalid(problems.join(' '), { detail: { problems } })
  return { ...compose(read), settingVariables: settingVariablesOf(env) }
}

/**
 * Reads the environment and the secret. The first call on a home directory makes `<home>/secret`
 * (only its owner can read it); one that others can read is refused.
 */
export function loadConfig(env: Environment = process.env): Config {
  const config = readConfig(env)
  return { ...config, secret: config.secret ?? readOrCreateSecret(config.home) }
}

function unknownNames(env: Environment): string[] {
  const known = Object.values<Variable>(variables).map((row) => row.name)
  return Object.keys(env)
    .filter(
      (name) =>
        name.startsWith('CREATOROPS_') &&
        !name.startsWith('CREATOROPS_TEST_') &&
        !name.startsWith(settingPrefix) &&
        !known.includes(name),
    )
    .map((name) => {
      const near = nearestName(name, known)
      return `${name} is not a known variable${near ? `; did you mean ${near}?` : '.'}`
    })
}

function shown(row: Variable, text: string): string {
  return row.isSecret ? '' : `, not "${text.slice(0, 80)}"`
}

function missingPartners(values: Values): string[] {
  const problems: string[] = []
  const together = (first: keyof Variables, second: keyof Variables) => {
    if (values[first] !== undefined && values[second] === undefined) {
      problems.push(`${variables[second].name} is missing; ${variables[first].name} needs it.`)
    }
  }
  together('restateUrl', 'restateAdminUrl')
  together('restateAdminUrl', 'restateUrl')
  together('oidcIssuer', 'oidcClientId')
  together('oidcIssuer', 'oidcClientSecret')
  return problems
}

function settingVariablesOf(env: Environment): Record<string, string> {
  const named = Object.entries(env).filter(([name, text]) => name.startsWith(settingPrefix) && text)
  return Object.fromEntries(named) as Record<string, string>
}

function compose(values: Values): Omit<BaseConfig, 'settingVariables'> {
  const { oidcId, oidcName, oidcIssuer, oidcClientId, oidcClientSecret, ownerEmail, ownerPassword, ...rest } =
    values
  return {
    ...rest,
    home: resolve(rest.home),
    publicUrl: rest.publicUrl ?? `http://localhost:${rest.port}`,
    cpuSlots: rest.cpuSlots ?? Math.max(2, Math.floor(availableParallelism() / 2)),
    owner: { email: ownerEmail, password: ownerPassword },
    ...(oidcIssuer && oidcClientId && oidcClientSecret
      ? {
          oidc: {
            id: oidcId,
            name: oidcName,
            issuer: oidcIssuer,
            clientId: oidcClientId,
            clientSecret: oidcClientSecret,
          },
        }
      : {}),
  }
}
