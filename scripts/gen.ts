// Makes every generated file from its source. With --check it writes nothing and ends with 1 when one is stale.
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { cliDocs } from './gen/cli.ts'
import { configurationDocs } from './gen/configuration.ts'
import { errorsDocs } from './gen/errors.ts'
import { licenceDocs } from './gen/licences.ts'
import { webTypes } from './gen/web-types.ts'

const root = resolve(import.meta.dirname, '..')
const isCheck = process.argv.includes('--check')

async function generate(scratch: string): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  files.set('docs/configuration.md', configurationDocs())
  files.set('docs/cli.md', cliDocs())
  files.set('docs/licences.md', await licenceDocs(root))
  files.set('docs/errors.md', await errorsDocs(root))
  files.set('docs/storyboard.schema.json', await storyboardSchemaText())
  const openapi = await openapiText()
  if (openapi !== undefined) {
    files.set('openapi.json', openapi)
    const path = join(scratch, 'openapi.json')
    await writeFile(path, openapi)
    files.set('apps/web/src/api/schema.ts', await webTypes(root, path))
  }
  return files
}

async function storyboardSchemaText(): Promise<string> {
  const { storyboardJsonSchema } = await import('../src/capabilities/videos/storyboard/storyboard.ts')
  return `${JSON.stringify(storyboardJsonSchema(), null, 2)}\n`
}

async function openapiText(): Promise<string | undefined> {
  if (!existsSync(join(root, 'src/app.ts'))) return undefined
  const { createAppForDocs } = await import('../src/app.ts')
  const { openapiDocument } = await import('../src/platform/http/openapi.ts')
  return `${JSON.stringify(openapiDocument(createAppForDocs()), null, 2)}\n`
}

const scratch = await mkdtemp(join(tmpdir(), 'creatorops-gen-'))
const stale: string[] = []
try {
  for (const [path, text] of await generate(scratch)) {
    const current = await readFile(join(root, path), 'utf8').catch(() => undefined)
    if (current === text) continue
    stale.push(path)
    if (!isCheck) await writeFile(join(root, path), text)
  }
} finally {
  await rm(scratch, { recursive: true })
}

if (stale.length === 0) console.log('Generated files are up to date.')
else if (!isCheck) console.log(`Wrote ${stale.join(', ')}.`)
else {
  console.error(`Stale: ${stale.join(', ')}. Run "npm run gen".`)
  process.exitCode = 1
}
// An application made for its description may hold handles open.
process.exit()
