import { readFile } from 'node:fs/promises'
import { type Command, InvalidArgumentError } from 'commander'
import type { CliContext } from '../../../platform/cli/cli-context.ts'
import { tableText } from '../../../platform/cli/layout.ts'
import { needFile } from '../../../platform/cli/need-file.ts'
import type { Adaptation } from './adaptation.ts'
import { checkContent, countContent } from './check-content.ts'
import type { Violation } from './content.ts'
import { adaptText } from './adapt-text.ts'
import { type TextDestination, textDestinations, textLimitsOf } from './text-limits.ts'

const everywhere = 'youtube,instagram-reel,linkedin,x'

/** `drafts adapt|adaptations` on the server, and `drafts check` on a plain file without one. */
export function adaptationCommands(group: Command, cli: CliContext): void {
  group
    .command('adapt')
    .description('adapt a draft for destinations, by the rules of each')
    .argument('<draft>', 'id of the draft')
    .option(
      '--to <destinations>',
      `with commas: ${textDestinations.join(', ')}`,
      readDestinations,
      readDestinations(everywhere),
    )
    .option('--again', 'make those anew that are there, also what was changed by hand')
    .action(async (draftId: string, options: { to: TextDestination[]; again?: boolean }) => {
      const { items } = await (
        await cli.api()
      ).post<{ items: Adaptation[] }>(pathOf(draftId), {
        destinations: options.to,
        again: options.again ?? false,
      })
      cli.out({ items }, items.map(adaptationText).join('\n\n'))
    })

  group
    .command('adaptations')
    .description('show what a draft says at each destination')
    .argument('<draft>', 'id of the draft')
    .action(async (draftId: string) => {
      const { items } = await (await cli.api()).get<{ items: Adaptation[] }>(pathOf(draftId))
      cli.out({ items }, items.length === 0 ? 'Not adapted yet.' : items.map(adaptationText).join('\n\n'))
    })

  group
    .command('check')
    .description('hold a text file against the limits of destinations; needs no server')
    .argument('<file>', 'the text')
    .option('--title <title>', 'its title, where one is needed', '')
    .option('--to <destinations>', 'with commas', readDestinations, readDestinations(everywhere))
    .option('--adapt', 'first make it fit, and show the result')
    .action(async (file: string, options: { title: string; to: TextDestination[]; adapt?: boolean }) => {
      const body = await readFile(await needFile(file), 'utf8')
      const items = options.to.map((destination) => {
        const limits = textLimitsOf(destination)
        const { content, notes } = options.adapt
          ? adaptText({ title: options.title, body }, limits)
          : { content: { title: options.title, text: body.trimEnd(), tags: [] }, notes: [] }
        const violations = checkContent(content, limits)
        const counts = countContent(content, limits)
        return {
          destination,
          name: limits.name,
          content,
          notes,
          counts,
          violations,
          isReady: violations.length === 0,
        }
      })
      cli.out({ items }, items.map(options.adapt ? adaptationText : verdictText).join('\n\n'))
    })
}

const pathOf = (draftId: string) => `/drafts/${encodeURIComponent(draftId)}/adaptations`

function readDestinations(text: string): TextDestination[] {
  const asked = text.split(',').map((name) => name.trim())
  const unknown = asked.find((name) => !(textDestinations as readonly string[]).includes(name))
  if (unknown !== undefined)
    throw new InvalidArgumentError(`"${unknown}" is none of ${textDestinations.join(', ')}.`)
  return asked as TextDestination[]
}

type Shown = Pick<Adaptation, 'name' | 'content' | 'notes' | 'counts' | 'violations'>

function verdictText({ name, counts, violations }: Shown): string {
  const used = counts.map(({ field, used, max, unit }) => `${field} ${used} of ${max} ${unit}`).join(', ')
  const faults = violations.map(({ field, start, message, fix }: Violation) => ({
    field,
    at: start,
    message,
    fix,
  }))
  return `${name}: ${violations.length === 0 ? 'ready' : 'not yet'} (${used})${
    faults.length > 0 ? `\n${tableText(faults)}` : ''
  }`
}

function adaptationText(shown: Shown): string {
  const { content, notes } = shown
  const parts = [
    content.title,
    content.text,
    content.tags.length > 0 ? `tags: ${content.tags.join(', ')}` : '',
  ]
  return [verdictText(shown), ...parts.filter(Boolean), ...notes.map((note) => `· ${note}`)].join('\n')
}
