import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { type PromptDefinition, promptDefinitionSchema, type PromptPlace } from './prompt.ts'

export type ShippedPrompt = PromptPlace & { definition: PromptDefinition }

/**
 * Reads the prompts that come with the product. A file `key@topic+language.prompt` begins with YAML between `---` lines
 * and has its texts after `=== system ===` and `=== user ===`.
 */
export function readPromptLibrary(folder = join(import.meta.dirname, 'library')): ShippedPrompt[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.prompt'))
    .sort()
    .map((name) => readPromptFile(name, readFileSync(join(folder, name), 'utf8')))
}

/** One prompt file; a `TypeError` names the file and what is wrong with it. */
export function readPromptFile(name: string, text: string): ShippedPrompt {
  const place = /^([a-zA-Z0-9.-]+?)(?:@([a-z0-9-]+))?(?:\+([a-zA-Z-]+))?\.prompt$/.exec(name)
  const parts = /^---\n([\s\S]*?)\n---\n(?:=== system ===\n([\s\S]*?)\n)?=== user ===\n([\s\S]*)$/.exec(text)
  if (!place || !parts) throw new TypeError(`${name} is not a prompt file`)
  const head = parse(parts[1]!, { maxAliasCount: 20 }) as object
  const definition = promptDefinitionSchema.safeParse({
    ...head,
    system: (parts[2] ?? '').trim(),
    user: parts[3]!.trim(),
  })
  if (!definition.success) throw new TypeError(`${name}: ${definition.error.message}`)
  return {
    key: place[1]!,
    topic: place[2] ?? '',
    language: place[3] ?? '',
    definition: definition.data,
  }
}
