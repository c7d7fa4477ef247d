import { z } from '@hono/zod-openapi'
import { AppError } from '../../kernel/errors.ts'
import { nearestName } from '../../kernel/text.ts'
import { isOfType } from './bind-values.ts'
import { estimateTokens } from './estimate-tokens.ts'
import type { PromptDefinition } from './prompt.ts'
import type { TemplateEngine } from './template-engine.ts'

export const lintSchema = z
  .object({
    level: z.enum(['error', 'warning']),
    rule: z.string().openapi({ example: 'unusedVariable' }),
    message: z.string(),
  })
  .openapi('PromptFinding')
export type Finding = z.infer<typeof lintSchema>

/**
 * What is wrong with a prompt. Errors keep it from being saved: a template that cannot be read, a variable nobody
 * declared, a partial that is not there. Warnings do not: a variable nobody uses, foreign text without a fence, a text
 * that leaves little room in the model's window.
 */
export function lintPrompt(
  engine: TemplateEngine,
  definition: PromptDefinition,
  partials: ReadonlySet<string>,
): Finding[] {
  const findings: Finding[] = []
  const say = (level: Finding['level'], rule: string, message: string) =>
    findings.push({ level, rule, message })
  const declared = definition.variables.map(({ name }) => name)
  const used = new Set<string>()
  for (const [part, template] of Object.entries({ system: definition.system, user: definition.user })) {
    try {
      for (const name of new Set(engine.partialsOf(template))) {
        if (!partials.has(name)) say('error', 'missingPartial', missing('partial', name, [...partials], part))
      }
      for (const name of new Set(engine.variablesOf(template).map((path) => path[0]!))) {
        used.add(name)
        if (!declared.includes(name)) {
          say('error', 'undefinedVariable', missing('variable', name, declared, part))
        }
      }
    } catch (error) {
      // What the template language refuses is a finding; anything else is ours.
      if (!(error instanceof AppError)) throw error
      say('error', error.code.split('.')[1]!, `In ${part}: ${error.message}`)
    }
  }
  if (new Set(declared).size < declared.length) say('error', 'twice', 'A variable is declared twice.')
  for (const variable of definition.variables) {
    const { name, type } = variable
    if (!used.has(name)) say('warning', 'unusedVariable', `The variable "${name}" is declared but not used.`)
    for (const field of ['default', 'example'] as const) {
      const value = variable[field]
      if (value !== undefined && value !== null && !isOfType(type, value)) {
        say('error', 'wrongType', `The ${field} of "${name}" is not a ${type}.`)
      }
    }
  }
  const hasQuote = definition.variables.some(({ type }) => type === 'quote')
  if (hasQuote && !definition.system.includes('partials.sources') && !definition.system.includes('<source')) {
    say(
      'warning',
      'unexplainedFence',
      'Foreign text is fenced, but the system text does not say so; add {% render "partials.sources" %}.',
    )
  }
  const tokens = estimateTokens(definition.system) + estimateTokens(definition.user)
  const room = definition.windowTokens - definition.replyTokens
  if (room <= 0) say('error', 'window', 'The answer alone fills the window.')
  else if (tokens > room) {
    say('error', 'window', `The text alone has about ${tokens} tokens; ${room} fit beside the answer.`)
  } else if (tokens > room / 2) {
    say('warning', 'window', `The text alone takes ${Math.round((tokens / room) * 100)} % of the window.`)
  }
  return findings
}

function missing(kind: string, name: string, known: readonly string[], part: string): string {
  const near = nearestName(name, known)
  return `In ${part}: there is no ${kind} "${name}".${near ? ` Did you mean "${near}"?` : ''}`
}
