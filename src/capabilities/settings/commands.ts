import type { Command } from 'commander'
import type { ApiClient } from '../../platform/cli/api-client.ts'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { fieldsText, tableText } from '../../platform/cli/layout.ts'
import { settingErrors } from './errors.ts'
import type { Setting, SettingExplanation } from './setting.ts'

/** `settings list|get|set|unset|explain` on the server. */
export function settingCommands(program: Command, cli: CliContext): void {
  const group = program.command('settings').description('what the product does, and why')

  group
    .command('list')
    .description('list settings and what counts in this workspace')
    .action(async () => {
      const { items } = await (await cli.api()).get<{ items: Setting[] }>('/settings')
      const rows = items.map(({ key, value, unit, layer, title }) => ({
        key,
        value,
        unit,
        from: layer,
        title,
      }))
      cli.out({ items }, tableText(rows))
    })

  group
    .command('get')
    .description('print what counts for a setting')
    .argument('<key>', 'name of the setting, such as clips.count')
    .action(async (key: string) => {
      const { layers: _layers, cappedAt: _cappedAt, ...setting } = await explain(await cli.api(), key)
      cli.out(setting, String(setting.value))
    })

  group
    .command('explain')
    .description('show every layer that has a say in a setting, who set it and why')
    .argument('<key>', 'name of the setting')
    .action(async (key: string) => {
      const setting = await explain(await cli.api(), key)
      cli.out(setting, explanationText(setting))
    })

  group
    .command('set')
    .description('set a setting for this workspace')
    .argument('<key>', 'name of the setting')
    .argument('<value>', 'the new value')
    .option('--reason <text>', 'why, for the history', 'set on the command line')
    .action(async (key: string, value: string, options: { reason: string }) => {
      const number = Number(value)
      if (value.trim() === '' || !Number.isFinite(number))
        throw settingErrors.invalid(`"${value}" is not a number.`)
      const setting = await put(await cli.api(), key, number, options.reason)
      cli.out(setting, `${setting.key} is now ${setting.value} ${setting.unit}.`)
    })

  group
    .command('unset')
    .description("take away this workspace's value, so that the layer below counts again")
    .argument('<key>', 'name of the setting')
    .option('--reason <text>', 'why, for the history', 'unset on the command line')
    .action(async (key: string, options: { reason: string }) => {
      const setting = await put(await cli.api(), key, null, options.reason)
      cli.out(setting, `${setting.key} is now ${setting.value} ${setting.unit} (${setting.layer}).`)
    })
}

function explain(api: ApiClient, key: string): Promise<SettingExplanation> {
  return api.get(`/settings/${encodeURIComponent(key)}/explain`)
}

async function put(
  api: ApiClient,
  key: string,
  value: number | null,
  reason: string,
): Promise<SettingExplanation> {
  const { version } = await explain(api, key)
  return api.put(`/settings/${encodeURIComponent(key)}`, { value, reason }, { ifMatch: `"v${version}"` })
}

function explanationText(setting: SettingExplanation): string {
  const head = fieldsText({
    [setting.key]: `${setting.value} ${setting.unit}`,
    '': setting.description,
    range: `${setting.min} to ${setting.max}`,
    'capped at': setting.cappedAt ?? undefined,
  })
  const rows = setting.layers.map((layer) => ({
    '': layer.counts ? '→' : '',
    layer: layer.layer,
    value: layer.value,
    by: layer.changedBy ?? (layer.layer === 'environment' ? setting.variable : null),
    at: layer.changedAt,
    reason: layer.reason,
  }))
  return `${head}\n\n${tableText(rows)}`
}
