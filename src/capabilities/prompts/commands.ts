import { readFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { parse } from 'yaml'
import type { ApiClient } from '../../platform/cli/api-client.ts'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { tableText } from '../../platform/cli/layout.ts'
import { promptErrors } from './errors.ts'
import { judges } from './compare-prompts.ts'
import type { DiffLine } from './diff-text.ts'
import type { Finding } from './lint-prompt.ts'
import type { Preview } from './preview-prompt.ts'
import {
  type Prompt,
  type PromptDefinition,
  promptDefinitionSchema,
  type PromptSummary,
  type PromptVersion,
} from './prompt.ts'
import { readPromptFile } from './prompt-library.ts'
import type { PromptDiff } from './read-prompts.ts'

type Place = { topic: string; language: string }
type Why = { reason: string }
type Saved = { prompt: Prompt; findings: Finding[] }

/** `prompts list|show|save|preview|lint|versions|diff|rollback|remove|compare` on the server. */
export function promptCommands(program: Command, cli: CliContext): void {
  const group = program.command('prompts').description('what models are asked, in versions')
  const placed = (name: string, description: string) =>
    group
      .command(name)
      .description(description)
      .argument('<key>', 'key of the prompt')
      .option('--topic <topic>', 'only for this topic', '')
      .option('--language <language>', 'only for this language', '')

  group
    .command('list')
    .description('list prompts with their places')
    .action(async () => {
      const { items } = await (await cli.api()).get<{ items: PromptSummary[] }>('/prompts')
      const rows = items.map(({ key, topic, language, version, title }) => ({
        key,
        topic: topic || null,
        language: language || null,
        version,
        title,
      }))
      cli.out({ items }, tableText(rows))
    })

  placed('show', 'show the texts of a prompt').action(async (key: string, place: Place) => {
    const prompt = await one(await cli.api(), key, place)
    cli.out(prompt, messagesText(prompt))
  })

  placed('save', 'save a prompt from a .prompt file')
    .requiredOption('--file <file>', 'the file; docs/prompts.md shows its form')
    .option('--reason <text>', 'why, for the history', 'saved on the command line')
    .action(async (key: string, { file, reason, ...place }: Place & Why & { file: string }) => {
      const definition = await readFileOf(key, file)
      const api = await cli.api()
      const { items } = await api.get<{ items: PromptSummary[] }>('/prompts')
      const current = items.find(
        (each) => each.key === key && each.topic === place.topic && each.language === place.language,
      )
      const ifMatch = `"v${current?.version ?? 0}"`
      const saved = await api.put<Saved>(pathOf(key), { definition, reason }, { ifMatch, query: place })
      cli.out(
        saved,
        [`Saved as version ${saved.prompt.version}.`, ...findingLines(saved.findings)].join('\n'),
      )
    })

  for (const isLint of [false, true]) {
    const command = isLint
      ? placed('lint', 'say what is wrong with a prompt')
      : placed('preview', 'render a prompt with real data of the workspace; nothing is sent to a model')
    command
      .option('--file <file>', 'a .prompt file instead of the saved one')
      .option('--values <file>', 'JSON or YAML file with values')
      .action(async (key: string, { file, values, ...place }: Place & { file?: string; values?: string }) => {
        const api = await cli.api()
        const definition = file ? await readFileOf(key, file) : definitionOf(await one(api, key, place))
        const given = values ? (parse(await readFile(values, 'utf8')) as object) : undefined
        const preview = await api.post<Preview>(
          pathOf(key, '/preview'),
          { definition, ...(given ? { values: given } : {}) },
          { query: placeOf(place) },
        )
        if (!isLint) return cli.out(preview, previewText(preview))
        const { findings } = preview
        cli.out({ findings }, findings.length === 0 ? 'Nothing to say.' : findingLines(findings).join('\n'))
        if (findings.some(({ level }) => level === 'error')) cli.exitWith(2)
      })
  }

  placed('versions', 'list the forms of a prompt, newest first').action(async (key: string, place: Place) => {
    const api = await cli.api()
    const { items } = await api.get<{ items: PromptVersion[] }>(pathOf(key, '/versions'), {
      query: placeOf(place),
    })
    const rows = items.map(({ version, changedAt, changedBy, reason }) => ({
      version,
      at: changedAt,
      by: changedBy,
      reason,
    }))
    cli.out({ items }, tableText(rows))
  })

  placed('diff', 'show what changed between two forms')
    .requiredOption('--from <version>', 'number of a version', Number)
    .requiredOption('--to <version>', 'number of a version', Number)
    .action(async (key: string, { from, to, ...place }: Place & { from: number; to: number }) => {
      const api = await cli.api()
      const diff = await api.get<PromptDiff>(pathOf(key, '/diff'), { query: { ...place, from, to } })
      cli.out(diff, diffText(diff))
    })

  placed('rollback', 'make an earlier form the current one again')
    .requiredOption('--to <version>', 'number of the version; 0 is the one that was shipped', Number)
    .option('--reason <text>', 'why, for the history', 'rolled back on the command line')
    .action(async (key: string, { to, reason, ...place }: Place & Why & { to: number }) => {
      const api = await cli.api()
      const { version } = await one(api, key, place)
      const body = { to, reason }
      const saved = await api.post<Saved>(pathOf(key, '/rollback'), body, {
        ifMatch: `"v${version}"`,
        query: place,
      })
      cli.out(saved, `As in version ${to}; that is version ${saved.prompt.version} now.`)
    })

  placed('remove', 'take a prompt out of its place; a shipped one is again as shipped')
    .option('--reason <text>', 'why, for the history', 'removed on the command line')
    .action(async (key: string, { reason, ...place }: Place & Why) => {
      const api = await cli.api()
      const { version } = await one(api, key, place)
      await api.delete(pathOf(key), { ifMatch: `"v${version}"`, query: { ...place, reason } })
      cli.out({ key, ...place, removed: true }, `${key} is removed from its place.`)
    })

  placed('compare', 'test versions of a prompt against each other')
    .requiredOption('--versions <versions>', 'version:percent, the first is the control; such as 0:50,3:50')
    .addOption(new Option('--judged-by <metric>', 'what decides').choices([...judges]).default('edits'))
    .action(async (key: string, options: Place & { versions: string; judgedBy: string }) => {
      const { versions, judgedBy, ...place } = options
      const body = { judgedBy, versions: versions.split(',').map(readShare) }
      const made = await (
        await cli.api()
      ).post<{ key: string }>(pathOf(key, '/compare'), body, { query: place })
      cli.out(made, `The experiment ${made.key} is running.`)
    })
}

const pathOf = (key: string, rest = '') => `/prompts/${encodeURIComponent(key)}${rest}`
const placeOf = ({ topic, language }: Place) => ({ topic, language })

const one = (api: ApiClient, key: string, place: Place) =>
  api.get<Prompt>(pathOf(key), { query: placeOf(place) })

function definitionOf(prompt: Prompt): PromptDefinition {
  const keys = Object.keys(promptDefinitionSchema.shape) as Array<keyof PromptDefinition>
  return Object.fromEntries(keys.map((key) => [key, prompt[key]])) as PromptDefinition
}

async function readFileOf(key: string, file: string): Promise<PromptDefinition> {
  const text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8')
  try {
    return readPromptFile(`${key}.prompt`, text).definition
  } catch (cause) {
    throw promptErrors.invalid(`${file} is not a prompt file: ${(cause as Error).message}`, { cause })
  }
}

function readShare(text: string): { version: number; percent: number } {
  const [version, percent] = text.split(':').map(Number)
  if (Number.isInteger(version) && Number.isFinite(percent)) return { version: version!, percent: percent! }
  throw promptErrors.invalid(`"${text}" is not a share; write version:percent, such as 2:50.`)
}

function messagesText({ system, user }: { system: string; user: string }): string {
  return `=== system ===\n${system}\n\n=== user ===\n${user}`
}

function previewText(preview: Preview): string {
  const values = preview.values.map(({ name, from }) => `${name} (${from})`).join(', ')
  const size = `About ${preview.tokens} tokens of ${preview.room}. Values: ${values || 'none'}.`
  return [messagesText(preview), '', size, ...findingLines(preview.findings)].join('\n')
}

function findingLines(findings: readonly Finding[]): string[] {
  return findings.map(({ level, message }) => `${level}: ${message}`)
}

function diffText({ system, user, variables }: PromptDiff): string {
  const marks = { same: ' ', added: '+', removed: '-' }
  const part = (name: string, lines: readonly DiffLine[]) =>
    lines.every(({ kind }) => kind === 'same')
      ? []
      : [`=== ${name} ===`, ...lines.map(({ kind, text }) => `${marks[kind]} ${text}`)]
  const all = [...part('variables', variables), ...part('system', system), ...part('user', user)]
  return all.length === 0 ? 'No difference.' : all.join('\n')
}
