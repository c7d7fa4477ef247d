import { type Actor, assertMay } from '../../kernel/actor.ts'
import type { Flag, FlagDefinition } from './flag.ts'
import { flagDefinitionSchema } from './flag.ts'
import { flagErrors } from './errors.ts'
import { type FlagDeps, getFlag, listFlagVersions } from './read-flags.ts'
import { readerFor, setFlag } from './set-flag.ts'

/**
 * The kill switch: off for everybody, in every environment, at once, and nothing in the schedule or an environment
 * turns it on again. It names no version, since in an emergency the last word counts. On is only that.
 */
export async function switchFlag(
  deps: FlagDeps,
  input: { actor: Actor; key: string; isOn: boolean; reason: string },
): Promise<Flag> {
  assertMay(input.actor, 'flags.write')
  const { actor, key, isOn, reason } = input
  for (let attempt = 1; ; attempt++) {
    const flag = await getFlag(deps, { actor: readerFor(actor), key })
    const definition = isOn ? { ...definitionOf(flag), isOn } : killed(definitionOf(flag))
    try {
      return await setFlag(deps, { actor, key, definition, reason, version: flag.version })
    } catch (error) {
      // Somebody saved something else meanwhile; the switch goes on top of that.
      if ((error as { code?: string }).code !== 'http.stale' || attempt === 5) throw error
    }
  }
}

function killed(definition: FlagDefinition): FlagDefinition {
  const withoutOn = <Change extends { isOn?: boolean }>(change: Change): Change => {
    const { isOn, ...rest } = change
    return (isOn === true ? rest : change) as Change
  }
  const { development, staging, production } = definition.environments
  return {
    ...definition,
    isOn: false,
    environments: {
      ...(development ? { development: withoutOn(development) } : {}),
      ...(staging ? { staging: withoutOn(staging) } : {}),
      ...(production ? { production: withoutOn(production) } : {}),
    },
    schedule: definition.schedule.map(withoutOn).filter((each) => each.isOn !== undefined || each.serve),
  }
}

/** Makes an earlier form the current one again, as a new version. */
export async function rollBackFlag(
  deps: FlagDeps,
  input: { actor: Actor; key: string; to: number; version: number; reason: string },
): Promise<Flag> {
  assertMay(input.actor, 'flags.write')
  const reader = readerFor(input.actor)
  const versions = await listFlagVersions(deps, { actor: reader, key: input.key })
  const wanted = versions.find(({ version }) => version === input.to)
  if (!wanted) throw flagErrors.notFound(`"${input.key}" has no version ${input.to} among its last hundred.`)
  if (!wanted.definition) {
    throw flagErrors.invalid(
      `Version ${input.to} of "${input.key}" is its removal, or cannot be read any more.`,
    )
  }
  return setFlag(deps, { ...input, definition: wanted.definition })
}

/** What decides, without what is only told about a flag. */
export function definitionOf(flag: Flag): FlagDefinition {
  const keys = Object.keys(flagDefinitionSchema.shape) as Array<keyof FlagDefinition>
  return Object.fromEntries(keys.map((key) => [key, flag[key]])) as FlagDefinition
}
