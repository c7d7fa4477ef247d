import { parseDocument, visit } from 'yaml'
import { settingErrors } from './errors.ts'

/** Files and imports with settings are some kilobytes; nobody writes a megabyte by hand. */
export const maxSettingTextBytes = 256 * 1024
const maxDepth = 20
const maxNodes = 20_000

/**
 * Reads YAML or JSON that a person wrote. Documents that grow when they are read (aliases of aliases), that are
 * very deep, or that name a key twice are refused with `settings.badFile`.
 */
export function parseSettingText(text: string, path: string): unknown {
  if (Buffer.byteLength(text) > maxSettingTextBytes) {
    throw settingErrors.badFile(`${path} is larger than ${maxSettingTextBytes / 1024} KiB.`)
  }
  assertShallow(text, path)
  const document = parseDocument(text, { uniqueKeys: true, version: '1.2', schema: 'core', merge: false })
  const [problem] = document.errors
  if (problem) throw settingErrors.badFile(`${path}: ${problem.message.split('\n')[0]}`, { cause: problem })
  let nodes = 0
  visit(document, {
    Node(_key, _node, trail) {
      nodes++
      if (trail.length > maxDepth * 2 || nodes > maxNodes) {
        throw settingErrors.badFile(`${path} is too deep or has too many entries.`)
      }
    },
  })
  try {
    // Counts what aliases would become; a "bomb" of a few lines stands for billions of entries.
    return document.toJS({ maxAliasCount: 50 })
  } catch (cause) {
    throw settingErrors.badFile(`${path} repeats parts of itself too often (aliases).`, { cause })
  }
}

/** The reader calls itself for every level, so depth is limited before it begins. */
function assertShallow(text: string, path: string): void {
  let depth = 0
  for (const sign of text) {
    if (sign === '[' || sign === '{') depth++
    else if (sign === ']' || sign === '}') depth = Math.max(0, depth - 1)
    if (depth > 200) throw settingErrors.badFile(`${path} is too deep.`)
  }
  const deepest = text.match(/^ {400}|^(?:[-?] ){100}/m)
  if (deepest) throw settingErrors.badFile(`${path} is too deep.`)
}
