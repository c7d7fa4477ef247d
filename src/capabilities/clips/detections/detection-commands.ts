import { readFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { z } from 'zod'
import type { CliContext } from '../../../platform/cli/cli-context.ts'
import { tableText } from '../../../platform/cli/layout.ts'
import { needFile } from '../../../platform/cli/need-file.ts'
import { aspects, reframeMethods } from '../reframe/reframe.ts'
import type { DetectionAnswer } from './detection.ts'
import { clipRuleErrors } from './errors.ts'
import { type Rule, ruleInputSchema } from './rule.ts'

type RuleOptions = {
  source?: string
  minScore?: number
  minMs?: number
  maxMs?: number
  mostClips?: number
  aspect?: string
  reframe: string
  stitch?: boolean
  fadeMs?: number
}

/** `clips detect FILE.json` and `clips rules|rule …`, on the server. Comes after `clipCommands`. */
export function clipRuleCommands(program: Command, cli: CliContext): void {
  const group = program.commands.find((command) => command.name() === 'clips')
  if (!group) throw new TypeError('The clips commands must be registered first')

  group
    .command('detect')
    .description('tell of detected clips; the rules of the workspace start batches of them')
    .argument(
      '<file>',
      'a JSON file: {"type": "clips.detected", "assetId", "clips": [{"startMs", "endMs", "score"}]}',
    )
    .action(async (file: string) => {
      const event = await readJson(await needFile(file))
      const answer = await (await cli.api()).post<DetectionAnswer>('/events', event)
      const lines = answer.batches.map(({ batchId, clips }) => `${batchId}  ${clips} clips`)
      cli.out(answer, lines.length === 0 ? 'No rule wants any of these clips.' : lines.join('\n'))
    })

  group
    .command('rules')
    .description('list the rules about detected clips')
    .action(async () => {
      const items: Rule[] = []
      for await (const rule of (await cli.api()).list<Rule>('/clips/rules')) items.push(rule)
      const rows = items.map(({ id, name, isEnabled, source, minScore, stitch }) => ({
        id,
        on: isEnabled ? 'yes' : 'no',
        source,
        score: `≥ ${minScore}`,
        joined: stitch ? 'yes' : 'no',
        name,
      }))
      cli.out({ items }, items.length === 0 ? 'No rules yet.' : tableText(rows))
    })

  const rule = group.command('rule').description('keep a rule about detected clips')
  const number = (text: string) => Number(text)
  rule
    .command('add')
    .description('add a rule; it counts for events from now on')
    .argument('<name>', 'what people call it')
    .option('--source <pattern>', 'source, asset or playlist that the event must name; * stands for anything')
    .option('--min-score <score>', 'lowest score, 0 to 1', number)
    .option('--min-ms <ms>', 'shortest clip', number)
    .option('--max-ms <ms>', 'longest clip', number)
    .option('--most-clips <n>', 'how many, the best first', number)
    .addOption(new Option('--aspect <aspect>', 'another shape than the recording').choices([...aspects]))
    .addOption(new Option('--reframe <method>', 'how').choices([...reframeMethods]).default('follow'))
    .option('--stitch', 'join what was cut into one file')
    .option('--fade-ms <ms>', 'how long one part fades into the next', number)
    .action(async (name: string, options: RuleOptions) => {
      const { aspect, reframe: method, stitch, fadeMs, ...filter } = options
      const order = {
        name,
        ...filter,
        ...(aspect ? { reframe: { aspect, method } } : {}),
        ...(stitch ? { stitch: { fadeMs } } : {}),
      }
      const parsed = ruleInputSchema.safeParse(order)
      if (!parsed.success) throw clipRuleErrors.badRule(z.prettifyError(parsed.error))
      const made = await (await cli.api()).post<Rule>('/clips/rules', order)
      cli.out(made, `${made.id} counts from now on.`)
    })

  for (const [verb, isEnabled, text] of [
    ['enable', true, 'let a rule count again'],
    ['disable', false, 'let a rule rest'],
  ] as const) {
    rule
      .command(verb)
      .description(text)
      .argument('<rule>', 'id of the rule')
      .action(async (ruleId: string) => {
        const api = await cli.api()
        const path = `/clips/rules/${encodeURIComponent(ruleId)}`
        const { version } = await api.get<Rule>(path)
        const changed = await api.patch<Rule>(path, { isEnabled }, { ifMatch: `"v${version}"` })
        cli.out(changed, `${ruleId} ${isEnabled ? 'counts' : 'rests'} from now on.`)
      })
  }

  rule
    .command('delete')
    .description('delete a rule; what it started goes on')
    .argument('<rule>', 'id of the rule')
    .action(async (ruleId: string) => {
      await (await cli.api()).delete(`/clips/rules/${encodeURIComponent(ruleId)}`)
      cli.out({ deleted: ruleId }, `Deleted ${ruleId}.`)
    })
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw clipRuleErrors.badEvent(`This file is not JSON: ${cause.message}.`, { cause })
  }
}
