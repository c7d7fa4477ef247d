import { Liquid, LiquidError, type Template } from 'liquidjs'
import { promptErrors } from './errors.ts'
import { mostTemplateChars } from './prompt.ts'

const allowedTags = [
  'assign',
  'break',
  'case',
  'comment',
  'continue',
  'for',
  'if',
  'raw',
  'render',
  'unless',
  '#',
]
const allowedFilters = [
  'append',
  'at_least',
  'at_most',
  'capitalize',
  'compact',
  'default',
  'divided_by',
  'downcase',
  'first',
  'join',
  'last',
  'map',
  'minus',
  'plus',
  'prepend',
  'replace',
  'reverse',
  'round',
  'size',
  'slice',
  'sort',
  'split',
  'squish',
  'strip',
  'times',
  'truncate',
  'truncatewords',
  'uniq',
  'upcase',
  'where',
]

/** Rendering one prompt may take this long and touch this many characters and list items. */
const mostRenderMs = 2_000
const mostMemory = 4_000_000

export type TemplateEngine = {
  /** The variables that a template reads, each as its path: `['topic', 'name']`. */
  variablesOf(template: string): string[][]
  /** The partials that a template renders. */
  partialsOf(template: string): string[]
  render(template: string, values: Record<string, unknown>): string
}

/**
 * Liquid (LiquidJS), walked as a tree and never turned into code, with what prompts need: conditions, loops, assigning,
 * text filters and partials from memory. No files, no clock, no prototypes, no output that is read as a template
 * again; time and memory are capped. docs/decisions/010 says why Liquid.
 */
export function createTemplateEngine(partials: Readonly<Record<string, string>> = {}): TemplateEngine {
  const engine = new Liquid({
    strictFilters: true,
    strictVariables: true,
    lenientIf: true,
    ownPropertyOnly: true,
    templates: { ...partials },
    parseLimit: 5 * mostTemplateChars,
    renderLimit: mostRenderMs,
    memoryLimit: mostMemory,
  })
  for (const name of Object.keys(engine.tags)) if (!allowedTags.includes(name)) delete engine.tags[name]
  for (const name of Object.keys(engine.filters)) {
    if (!allowedFilters.includes(name)) delete engine.filters[name]
  }

  function parse(template: string): Template[] {
    if (template.length > mostTemplateChars) {
      throw promptErrors.tooLong(`The template has ${template.length.toLocaleString('en')} characters.`)
    }
    return translated(() => engine.parse(template))
  }

  return {
    variablesOf: (template) => {
      const segments = translated(() =>
        engine.globalVariableSegmentsSync(parse(template), { partials: false }),
      )
      return segments.map((path) => path.map(String))
    },
    partialsOf: (template) => {
      parse(template)
      const found = [...template.matchAll(/\{%-?\s*render\s+(?:'([^']*)'|"([^"]*)"|(\S+))/g)]
      return found.map((match) => {
        if (match[3] !== undefined) {
          throw promptErrors.syntax(
            `The partial ${match[3]} must be named in quotes: {% render "partials.voice" %}.`,
          )
        }
        return match[1] ?? match[2] ?? ''
      })
    },
    render: (template, values) => {
      const parsed = parse(template)
      return translated(() => engine.renderSync(parsed, values) as string)
    },
  }
}

/** LiquidJS says what went wrong in words with a place; the kind of failure decides the row. */
function translated<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (!LiquidError.is(cause)) throw cause
    const message = `${cause.message.replace(/, file:[^,]*/, '').slice(0, 300)}.`
    if (/limit exceeded|Maximum call stack/.test(message)) throw promptErrors.hostile(message, { cause })
    if (/undefined variable/.test(message)) throw promptErrors.undefinedVariable(message, { cause })
    throw promptErrors.syntax(message, { cause })
  }
}
