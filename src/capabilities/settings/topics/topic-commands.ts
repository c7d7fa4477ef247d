import { readFile } from 'node:fs/promises'
import { text as readAll } from 'node:stream/consumers'
import type { Command } from 'commander'
import { stringify } from 'yaml'
import { formatMicros } from '../../../kernel/money.ts'
import type { CliContext } from '../../../platform/cli/cli-context.ts'
import { tableText } from '../../../platform/cli/layout.ts'
import { needFile } from '../../../platform/cli/need-file.ts'
import type { VideoEstimate } from '../cost-impact.ts'
import { parseSettingText } from '../parse-setting-text.ts'
import type { Topic, TopicVersion } from './topic.ts'

const pathOf = (topic: string) => `/topics/${encodeURIComponent(topic)}`

/** `topics list|show|create|update|remove|history|rollback|estimate|speak`. */
export function topicCommands(program: Command, cli: CliContext): void {
  const group = program.command('topics').description('what videos are about, and how they are told')
  readCommands(group, cli)
  changeCommands(group, cli)
}

function readCommands(group: Command, cli: CliContext): void {
  group
    .command('list')
    .description('list the topics of this workspace')
    .action(async () => {
      const { items } = await (await cli.api()).get<{ items: Topic[] }>('/topics')
      const rows = items.map(({ topic, profile, isBuiltIn, isChanged }) => ({
        topic,
        name: profile.name,
        language: profile.language,
        words: profile.vocabulary.length,
        disclaimers: profile.disclaimers.length,
        kind: isBuiltIn ? (isChanged ? 'built in, changed' : 'built in') : 'own',
      }))
      cli.out({ items }, tableText(rows))
    })

  group
    .command('show')
    .description('show a topic as YAML, ready to be changed and given to "topics update"')
    .argument('<topic>', 'short name, such as health')
    .action(async (topic: string) => {
      const found = await (await cli.api()).get<Topic>(pathOf(topic))
      cli.out(found, stringify(found.profile).trimEnd())
    })

  group
    .command('history')
    .description('list the changes of a topic, newest first')
    .argument('<topic>', 'short name')
    .action(async (topic: string) => {
      const { items } = await (await cli.api()).get<{ items: TopicVersion[] }>(`${pathOf(topic)}/versions`)
      const blocks = items.map(({ version, changedBy, changedAt, reason, diff }) =>
        [`v${version}  ${changedAt}  ${changedBy}  ${reason}`, ...diff.map((line) => `  ${line}`)].join('\n'),
      )
      cli.out({ items }, blocks.join('\n\n') || 'Nobody has changed it.')
    })

  group
    .command('estimate')
    .description('say what one video of a topic costs with its voice and length')
    .argument('<topic>', 'short name')
    .action(async (topic: string) => {
      const estimate = await (await cli.api()).get<VideoEstimate>(`${pathOf(topic)}/estimate`)
      const { totalMicros, basis, confidence, warnings } = estimate
      const lines = [
        formatMicros(totalMicros),
        basis,
        `Confidence of the prices: ${confidence}.`,
        ...warnings,
      ]
      cli.out(estimate, lines.join('\n'))
    })

  group
    .command('speak')
    .description('show a text as it is given to a voice for a topic, in SSML')
    .argument('<topic>', 'short name')
    .argument('<text...>', 'the text')
    .action(async (topic: string, words: string[]) => {
      const body = { text: words.join(' ') }
      const result = await (await cli.api()).post<{ ssml: string }>(`${pathOf(topic)}/speech-preview`, body)
      cli.out(result, result.ssml)
    })
}

function changeCommands(group: Command, cli: CliContext): void {
  group
    .command('create')
    .description('add a topic')
    .argument('<name>', 'its name, such as "Home cooking"')
    .option('--from <file>', 'parts of the topic as YAML; - reads standard input')
    .option('--topic <topic>', 'short name (default: made of the name)')
    .action(async (name: string, { from, topic }: { from?: string; topic?: string }) => {
      const body = {
        topic,
        profile: { ...(await profileIn(from)), name },
        reason: 'created on the command line',
      }
      const made = await (await cli.api()).post<Topic>('/topics', body)
      cli.out(made, `The topic ${made.topic} is there.`)
    })

  group
    .command('update')
    .description('change parts of a topic; voice and lengths are settings: "settings set … --topic"')
    .argument('<topic>', 'short name')
    .requiredOption('--from <file>', 'the parts that change, as YAML; - reads standard input')
    .option('--reason <text>', 'why, for the history', 'changed on the command line')
    .action(async (topic: string, { from, reason }: { from: string; reason: string }) => {
      const api = await cli.api()
      const { version } = await api.get<Topic>(pathOf(topic))
      const body = { profile: await profileIn(from), reason }
      const changed = await api.patch<Topic>(pathOf(topic), body, { ifMatch: `"v${version}"` })
      cli.out(changed, `The topic ${changed.topic} is changed.`)
    })

  group
    .command('remove')
    .description('take a topic out of the lists; "topics rollback" brings it back')
    .argument('<topic>', 'short name')
    .action(async (topic: string) => {
      const api = await cli.api()
      const { version } = await api.get<Topic>(pathOf(topic))
      await api.delete(pathOf(topic), { ifMatch: `"v${version}"` })
      cli.out({ topic, removed: true }, `The topic ${topic} is gone.`)
    })

  group
    .command('rollback')
    .description('bring an earlier version of a topic back, as a new version')
    .argument('<topic>', 'short name')
    .requiredOption('--to <version>', 'the version; 0 is a built-in topic as it came', Number)
    .option('--reason <text>', 'why, for the history', 'rolled back on the command line')
    .action(async (topic: string, { to, reason }: { to: number; reason: string }) => {
      const body = { toVersion: to, reason }
      const changed = await (await cli.api()).post<Topic>(`${pathOf(topic)}/rollback`, body)
      cli.out(changed, `The topic ${changed.topic} is as in version ${to}.`)
    })
}

async function profileIn(file: string | undefined): Promise<object> {
  if (file === undefined) return {}
  const text = file === '-' ? await readAll(process.stdin) : await readFile(await needFile(file), 'utf8')
  return Object(parseSettingText(text, file === '-' ? 'standard input' : file)) as object
}
