import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, test } from 'node:test'
import { loadAllFailures } from '../scripts/gen/errors.ts'
import { allFailures } from '../src/kernel/errors.ts'
import { variables } from '../src/platform/config/variables.ts'
import { capabilityOrder } from '../src/registry.ts'

const root = resolve(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

describe('what exists is documented, and what is documented exists', () => {
  test('every failure is in docs/errors.md with its help, and no other', async () => {
    await loadAllFailures(root)
    const page = read('docs/errors.md')
    const missing = allFailures().filter(
      ({ code, help }) => !page.includes(`\`${code}\``) || !page.includes(help),
    )
    assert.deepEqual(
      missing.map(({ code }) => code),
      [],
    )
    const known = new Set(allFailures().map(({ code }) => code))
    const documented = [...page.matchAll(/^\| `([a-zA-Z]+\.[a-zA-Z]+)`/gm)].map((match) => match[1]!)
    assert.deepEqual(
      documented.filter((code) => !known.has(code)),
      [],
    )
    assert.equal(documented.length, known.size)
  })

  test('every environment variable is in docs/configuration.md', () => {
    const page = read('docs/configuration.md')
    assert.deepEqual(
      Object.values(variables)
        .filter(({ name }) => !page.includes(`\`${name}\``))
        .map(({ name }) => name),
      [],
    )
  })

  test('every capability has a README of 15 to 60 lines at most, and a word in the architecture', () => {
    const architecture = read('ARCHITECTURE.md')
    for (const name of capabilityOrder) {
      const path = `src/capabilities/${name}/README.md`
      assert.ok(existsSync(join(root, path)), `${path} is missing`)
      assert.ok(read(path).split('\n').length <= 60, `${path} is long`)
      assert.ok(architecture.includes(name), `ARCHITECTURE.md does not name ${name}`)
    }
  })

  test('every route of the API has a summary and its failures described', () => {
    const { paths } = JSON.parse(read('openapi.json')) as {
      paths: Record<string, Record<string, { summary?: string; responses: Record<string, unknown> }>>
    }
    const bare = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, operation]) => !operation.summary || Object.keys(operation.responses).length < 2)
        .map(([method]) => `${method} ${path}`),
    )
    assert.ok(Object.keys(paths).length > 30)
    assert.deepEqual(bare, [])
  })

  test('every page that the documents point to is there', () => {
    const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'AGENTS.md', ...markdownIn('docs')]
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)]
        .map((match) => match[1]!)
        .filter((target) => !existsSync(resolve(root, page, '..', target)))
        .map((target) => `${page} → ${target}`),
    )
    assert.deepEqual(broken, [])
  })
})

function markdownIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
}
