import { nearestName } from '../../kernel/text.ts'
import { promptErrors } from './errors.ts'
import type { PromptVariable, VariableType } from './prompt.ts'

/** All values of one rendering together; a whole book does not go into a prompt. */
const mostValueChars = 2_000_000

/**
 * The values a template sees: each checked against its type, defaults filled in, foreign text fenced. Fails with
 * `prompts.undefinedVariable` for a value nobody declared (naming the nearest), a missing one, or one of another type.
 */
export function bindValues(
  variables: readonly PromptVariable[],
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const names = variables.map(({ name }) => name)
  for (const name of Object.keys(values)) {
    if (names.includes(name)) continue
    const near = nearestName(name, names)
    throw promptErrors.undefinedVariable(
      `There is no variable "${name}".${near ? ` Did you mean "${near}"?` : ''}`,
    )
  }
  let chars = 0
  const bound: Record<string, unknown> = {}
  for (const { name, type, required, default: fallback } of variables) {
    const value = values[name] ?? fallback
    if (value === undefined || value === null) {
      if (required) throw promptErrors.undefinedVariable(`The variable "${name}" has no value.`)
      bound[name] = emptyOf(type)
      continue
    }
    if (!isOfType(type, value)) {
      throw promptErrors.undefinedVariable(`The variable "${name}" is not a ${type}.`)
    }
    chars += JSON.stringify(value).length
    if (chars > mostValueChars) {
      throw promptErrors.tooLong(
        `The values have more than ${mostValueChars.toLocaleString('en')} characters.`,
      )
    }
    bound[name] = type === 'quote' ? fence(name, value as string) : value
  }
  return bound
}

function emptyOf(type: VariableType): unknown {
  if (type === 'list' || type === 'records') return []
  if (type === 'record') return {}
  return type === 'number' || type === 'boolean' ? null : ''
}

export function isOfType(type: VariableType, value: unknown): boolean {
  switch (type) {
    case 'text':
    case 'quote':
      return typeof value === 'string'
    case 'number':
      return typeof value === 'number' && Number.isFinite(value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'list':
      return Array.isArray(value) && value.every((each) => typeof each === 'string')
    case 'record':
      return isRecord(value)
    case 'records':
      return Array.isArray(value) && value.every(isRecord)
  }
}

/** An object of texts, numbers, switches and lists of texts: nothing a template could climb about in. */
function isRecord(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every(
    (field) =>
      field === null ||
      ['string', 'number', 'boolean'].includes(typeof field) ||
      (Array.isArray(field) && field.every((each) => typeof each === 'string')),
  )
}

/**
 * Puts foreign text between marks that it cannot close itself, so that a page that says "ignore what was said before"
 * stays material. The prompts say what the marks mean (`partials.sources`).
 */
export function fence(name: string, text: string): string {
  return `<source name="${name}">\n${text.replace(/<(\/?)(source)/gi, '‹$1$2')}\n</source>`
}
