import type { Command } from 'commander'
import type { ApiClient } from '../../platform/cli/api-client.ts'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { fieldsText, tableText } from '../../platform/cli/layout.ts'
import { settingErrors } from './errors.ts'
import { impactText, type SettingPlan } from './impact-text.ts'
import type { Setting, SettingExplanation, SettingVersion } from './setting.ts'
import { textFromValue, valueFromText } from './setting-text.ts'
import { transferCommands } from './transfer-commands.ts'

export { secretCommands } from './secrets/secret-commands.ts'
export { topicCommands } from './topics/topic-commands.ts'

type Place = { topic?: string; deployment?: boolean }
type Change = Place & { reason: string; dryRun?: boolean }

/** `settings list|get|explain|set|unset|history|rollback|export|import|migrate`. */
export function settingCommands(program: Command, cli: CliContext): void {
  const group = program.command('settings').description('what the product does, and why')
  readCommands(group, cli)
  changeCommands(group, cli)
  transferCommands(group, cli)
}

function readCommands(group: Command, cli: CliContext): void {
  group
    .command('list')
    .description('list settings and what counts in this workspace')
    .option('--topic <topic>', 'what counts for this topic, and only what a topic may have')
    .option('--search <text>', 'only those whose name or description has this text')
    .action(async ({ topic, search }: { topic?: string; search?: string }) => {
      const all = await (await cli.api()).get<{ items: Setting[] }>('/settings', { query: { topic } })
      const items = all.items.filter((setting) => matches(setting, search))
      const rows = items.map(({ key, value, unit, layer, title }) => ({
        key,
        value: textFromValue(value),
        unit,
        from: layer,
        title,
      }))
      cli.out({ items }, rows.length === 0 ? 'No setting has this text.' : tableText(rows))
    })

  group
    .command('get')
    .description('print what counts for a setting')
    .argument('<key>', 'name of the setting, such as clips.count')
    .option('--topic <topic>', 'what counts for this topic')
    .action(async (key: string, place: Place) => {
      const {
        layers: _layers,
        cappedAt: _cappedAt,
        warnings,
        ...setting
      } = await explain(await cli.api(), key, place)
      for (const warning of warnings) cli.note(warning)
      cli.out(setting, textFromValue(setting.value))
    })

  group
    .command('explain')
    .description('show every layer that has a say in a setting, who set it and why')
    .argument('<key>', 'name of the setting')
    .option('--topic <topic>', 'what counts for this topic')
    .action(async (key: string, place: Place) => {
      const setting = await explain(await cli.api(), key, place)
      cli.out(setting, explanationText(setting))
    })

  group
    .command('history')
    .description('list the changes of a setting, newest first')
    .argument('<key>', 'name of the setting')
    .option('--topic <topic>', 'with those of this topic')
    .action(async (key: string, { topic }: Place) => {
      const path = `/settings/${encodeURIComponent(key)}/versions`
      const { items } = await (await cli.api()).get<{ items: SettingVersion[] }>(path, { query: { topic } })
      const rows = items.map((one) => ({
        version: one.version,
        layer: one.topic ?? one.layer,
        change: one.diff.join('  ') || 'none',
        by: one.changedBy,
        at: one.changedAt,
        reason: one.reason,
      }))
      cli.out({ items }, rows.length === 0 ? 'Nobody has changed it.' : tableText(rows))
    })
}

function changeCommands(group: Command, cli: CliContext): void {
  const withPlace = (command: Command, reason: string) =>
    command
      .option('--topic <topic>', 'for this topic only')
      .option('--deployment', 'for every workspace of this installation; only on its own machine')
      .option('--dry-run', 'check it and show what would come of it, and change nothing')
      .option('--reason <text>', 'why, for the history', reason)

  withPlace(
    group
      .command('set')
      .description('set a setting for this workspace')
      .argument('<key>', 'name of the setting')
      .argument('<value>', 'the new value; lists as a,b or JSON'),
    'set on the command line',
  ).action(async (key: string, text: string, options: Change) => {
    const api = await cli.api()
    const setting = await explain(api, key, options)
    const value = valueFromText(setting, text)
    if (value === undefined) throw settingErrors.invalid(`"${text}" is not a ${setting.kind}.`)
    await change(cli, api, setting, value, options)
  })

  withPlace(
    group
      .command('unset')
      .description("take away this workspace's value, so that the layer below counts again")
      .argument('<key>', 'name of the setting'),
    'unset on the command line',
  ).action(async (key: string, options: Change) => {
    const api = await cli.api()
    await change(cli, api, await explain(api, key, options), null, options)
  })

  group
    .command('rollback')
    .description('bring the value of an earlier version back, as a new version')
    .argument('<key>', 'name of the setting')
    .requiredOption('--to <version>', 'the version; 0 is before anyone set it', Number)
    .option('--topic <topic>', 'for this topic only')
    .option('--deployment', 'for every workspace of this installation; only on its own machine')
    .option('--reason <text>', 'why, for the history', 'rolled back on the command line')
    .action(async (key: string, options: Change & { to: number }) => {
      const api = await cli.api()
      const before = await explain(api, key, options)
      const setting = await api.post<SettingExplanation>(
        `/settings/${encodeURIComponent(before.key)}/rollback`,
        { toVersion: options.to, reason: options.reason },
        { ifMatch: `"v${versionIn(before, options)}"`, query: placeOf(options) },
      )
      cli.out(setting, resultText(setting))
    })
}

async function change(
  cli: CliContext,
  api: ApiClient,
  setting: SettingExplanation,
  value: unknown,
  options: Change,
): Promise<void> {
  const path = `/settings/${encodeURIComponent(setting.key)}`
  const query = placeOf(options)
  for (const warning of setting.warnings) cli.note(warning)
  if (options.dryRun) {
    const plan = await api.post<SettingPlan>(`${path}/plan`, { value }, { query })
    return cli.out(plan, `Would be: ${resultText(plan.after)}\n${impactText(plan)}`.trimEnd())
  }
  const plan = setting.changesCost
    ? await api.post<SettingPlan>(`${path}/plan`, { value }, { query })
    : undefined
  const ifMatch = `"v${versionIn(setting, options)}"`
  const after = await api.put<SettingExplanation>(path, { value, reason: options.reason }, { ifMatch, query })
  const impact = plan?.impact ?? undefined
  cli.out(
    impact ? { ...after, impact } : after,
    `${resultText(after)}\n${plan ? impactText(plan) : ''}`.trimEnd(),
  )
}

function placeOf({ topic, deployment }: Place): Record<string, string | undefined> {
  return { topic, layer: deployment ? 'deployment' : undefined }
}

/** The version of the layer that is changed; what was read is that of the workspace or the topic. */
function versionIn(setting: SettingExplanation, { deployment }: Place): number {
  return deployment ? setting.deploymentVersion : setting.version
}

function explain(api: ApiClient, key: string, { topic }: Place): Promise<SettingExplanation> {
  return api.get(`/settings/${encodeURIComponent(key)}/explain`, { query: { topic } })
}

function matches({ key, title, description }: Setting, search = ''): boolean {
  return `${key} ${title} ${description}`.toLowerCase().includes(search.toLowerCase())
}

function resultText({ key, value, unit, layer, topic, needsRestart }: SettingExplanation): string {
  const shown = `${textFromValue(value) || 'empty'}${unit ? ` ${unit}` : ''}`
  const place = topic === null ? '' : ` for ${topic}`
  return `${key} is now ${shown}${place} (${layer}).${needsRestart ? ' It counts after a restart.' : ''}`
}

function explanationText(setting: SettingExplanation): string {
  const head = fieldsText({
    [setting.key]: `${textFromValue(setting.value) || 'empty'} ${setting.unit ?? ''}`.trim(),
    '': setting.description,
    topic: setting.topic ?? undefined,
    range: setting.min === null ? undefined : `${setting.min} to ${setting.max}`,
    choices: setting.choices?.join(', '),
    'capped at': setting.cappedAt ?? undefined,
    variable: setting.variable,
    'changed by': setting.permission,
  })
  const rows = setting.layers.map((layer) => ({
    '': layer.counts ? '→' : '',
    layer: layer.layer,
    value: layer.isSet ? textFromValue(layer.value) || 'empty' : '',
    by: layer.changedBy ?? (layer.isSet ? layer.source : null),
    at: layer.changedAt,
    reason: layer.reason,
  }))
  const warnings = setting.warnings.map((warning) => `! ${warning}\n`).join('')
  return `${head}\n\n${tableText(rows)}${warnings ? `\n\n${warnings.trimEnd()}` : ''}`
}
