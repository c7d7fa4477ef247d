import { bindValues } from './bind-values.ts'
import { promptErrors } from './errors.ts'
import { estimateTokens } from './estimate-tokens.ts'
import type { PromptDefinition } from './prompt.ts'
import type { TemplateEngine } from './template-engine.ts'

export type RenderedPrompt = { system: string; user: string; tokens: number }

/**
 * The two messages for a model. Fails with `prompts.undefinedVariable` for values that do not fit, and with
 * `prompts.tooLong` when they would not leave the model room for its answer.
 */
export function renderPrompt(
  engine: TemplateEngine,
  definition: Pick<PromptDefinition, 'system' | 'user' | 'variables' | 'windowTokens' | 'replyTokens'>,
  values: Readonly<Record<string, unknown>>,
): RenderedPrompt {
  const bound = bindValues(definition.variables, values)
  const [system, user] = [definition.system, definition.user].map((template) =>
    tidy(engine.render(template, bound)),
  ) as [string, string]
  const tokens = estimateTokens(system) + estimateTokens(user)
  const room = definition.windowTokens - definition.replyTokens
  if (tokens > room) {
    throw promptErrors.tooLong(
      `The prompt has about ${tokens.toLocaleString('en')} tokens; ${room.toLocaleString('en')} fit beside the answer.`,
      { detail: { tokens, room } },
    )
  }
  return { system, user, tokens }
}

/** Conditions leave empty lines behind; more than one in a row says nothing. */
function tidy(text: string): string {
  return text
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
