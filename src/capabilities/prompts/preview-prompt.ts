import type { Actor } from '../../kernel/actor.ts'
import { assertMay } from '../../kernel/actor.ts'
import { isOfType } from './bind-values.ts'
import { engineFor, loadPrompts, type PromptDeps } from './find-prompt.ts'
import type { Finding } from './lint-prompt.ts'
import type { PromptPlace, PromptVariable, VariableType } from './prompt.ts'
import { renderPrompt } from './render-prompt.ts'
import { checkedDefinition, lintIn } from './save-prompt.ts'

/** Real things of a workspace by name, such as `draft.title`; given by the composition, since they live above. */
export type RealData = (actor: Actor, about: { topic: string }) => Promise<Record<string, unknown>>

export type Preview = {
  system: string
  user: string
  tokens: number
  room: number
  findings: Finding[]
  /** What each variable was filled with, and where that came from. */
  values: Array<{ name: string; value: unknown; from: 'given' | 'real' | 'example' | 'placeholder' | 'none' }>
}

/**
 * Renders a prompt, saved or not, with what was given, else with real data of the workspace, else with its examples.
 * Nothing is sent to a model. The findings of the lint come along; errors in the template fail as they would when used.
 */
export async function previewPrompt(
  deps: PromptDeps & { realData?: RealData },
  input: PromptPlace & { actor: Actor; definition: unknown; values?: Record<string, unknown> },
): Promise<Preview> {
  const { actor, topic } = input
  assertMay(actor, 'prompts.read')
  const definition = checkedDefinition(input.definition)
  const real = (await deps.realData?.(actor, { topic })) ?? {}
  const given = input.values ?? {}
  const values = definition.variables.map((variable) => fill(variable, given, real))
  const unknown = Object.fromEntries(
    Object.entries(given).filter(([name]) => !definition.variables.some((each) => each.name === name)),
  )
  const filled = Object.fromEntries(
    values.flatMap(({ name, value, from }) => (from === 'none' ? [] : [[name, value]])),
  )
  const prompts = await loadPrompts(deps, actor.workspaceId)
  const rendered = renderPrompt(engineFor(prompts, input), definition, { ...filled, ...unknown })
  return {
    ...rendered,
    room: definition.windowTokens - definition.replyTokens,
    findings: await lintIn(deps, { actor, place: input, definition }),
    values,
  }
}

function fill(
  variable: PromptVariable,
  given: Record<string, unknown>,
  real: Record<string, unknown>,
): Preview['values'][number] {
  const { name, type, example, required } = variable
  if (given[name] !== undefined) return { name, value: given[name], from: 'given' }
  const found = variable.from === undefined ? undefined : real[variable.from]
  if (found !== undefined && found !== '' && isOfType(type, found))
    return { name, value: found, from: 'real' }
  if (example !== undefined) return { name, value: example, from: 'example' }
  if (!required) return { name, value: null, from: 'none' }
  return { name, value: placeholderOf(type, name), from: 'placeholder' }
}

function placeholderOf(type: VariableType, name: string): unknown {
  switch (type) {
    case 'number':
      return 1
    case 'boolean':
      return true
    case 'list':
      return [`[${name}]`]
    case 'record':
      return {}
    case 'records':
      return []
    case 'text':
    case 'quote':
      return `[${name}]`
  }
}
