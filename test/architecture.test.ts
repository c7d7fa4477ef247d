import assert from 'node:assert/strict'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, test } from 'node:test'
import { capabilityOrder } from '../src/registry.ts'

const root = resolve(import.meta.dirname, '..')
const layers = ['kernel', 'platform', 'providers', 'rehearsal', 'capabilities', 'composition'] as const

/** `loads` are the imports that are still there at run time. */
type Source = { path: string; text: string; imports: string[]; loads: string[] }

function sourcesUnder(folder: string): Source[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => path.endsWith('.ts') && statSync(join(root, path)).isFile())
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8')
      const located = (code: string) => importsOf(code).map((specifier) => locate(path, specifier))
      return {
        path,
        text,
        imports: located(text),
        loads: located(text.replace(/^(import|export) type [^;]*?from '[^']+'/gm, '')),
      }
    })
}

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)'(\.[^']+)'/g)].map((match) => match[1]!)
}

function locate(from: string, specifier: string): string {
  return relative(root, resolve(root, dirname(from), specifier))
}

function layerOf(path: string): (typeof layers)[number] | undefined {
  const [top, second = ''] = path.split('/')
  if (top !== 'src') return undefined
  return second.endsWith('.ts') ? 'composition' : layers.find((layer) => layer === second)
}

function capabilityOf(path: string): string | undefined {
  return path.match(/^src\/capabilities\/([^/]+)\//)?.[1]
}

const isTest = (path: string) =>
  /\.test\.ts$|\/(test|live)-[a-z-]+\.ts$|-fixture\.ts$|\/contract[a-z-]*\.ts$/.test(path)
const sources = sourcesUnder('src')
const shipped = sources.filter((source) => !isTest(source.path))

describe('the order of the folders is the architecture', () => {
  test('every folder under src is one of the layers', () => {
    const unknown = sources.filter((source) => layerOf(source.path) === undefined)
    assert.deepEqual(
      unknown.map((source) => source.path),
      [],
    )
  })

  test('a layer imports only itself and the layers below it', () => {
    const uphill = shipped.flatMap((source) =>
      source.imports
        .filter((target) => {
          const to = layerOf(target)
          return to !== undefined && layers.indexOf(to) > layers.indexOf(layerOf(source.path)!)
        })
        .map((target) => `${source.path} → ${target}`),
    )
    assert.deepEqual(uphill, [])
  })

  test('every capability folder stands in the written order, and the order names no folder that is gone', () => {
    const folders = readdirSync(join(root, 'src/capabilities')).sort()
    assert.deepEqual(folders, [...capabilityOrder].sort())
  })

  test('a capability calls only those before it, and only through their doors', () => {
    const order: readonly string[] = capabilityOrder
    const wrong = shipped.flatMap((source) => {
      const from = capabilityOf(source.path)
      return source.imports
        .filter((target) => {
          const to = capabilityOf(target)
          if (!to || to === from) return false
          // The command line loads commands alone, so that it answers before the rest of the product is loaded.
          const isCommands =
            source.path === 'src/commands.ts' && target === `src/capabilities/${to}/commands.ts`
          const isDoor = isCommands || target === `src/capabilities/${to}/index.ts`
          const isDownhill = from === undefined || order.indexOf(to) < order.indexOf(from)
          return !isDoor || !isDownhill
        })
        .map((target) => `${source.path} → ${target}`)
    })
    assert.deepEqual(wrong, [])
  })

  test('only composition and a provider itself name a vendor, and vendors never import each other', () => {
    const door = /\/(port|errors|index|open-[a-z-]+)\.ts$/
    const fromOutside = shipped.flatMap((source) =>
      source.imports
        .filter((target) => target.startsWith('src/providers/') && !door.test(target))
        .filter((target) => dirname(target) !== dirname(source.path))
        .map((target) => `${source.path} → ${target}`),
    )
    assert.deepEqual(fromOutside, [])

    // The vendors are what `open-….ts` chooses from; `s3-upload.ts` belongs to `s3.ts`.
    const openers = shipped.filter((source) => /^src\/providers\/.*\/open-[a-z-]+\.ts$/.test(source.path))
    for (const opener of openers) {
      const beside = opener.imports.filter((target) => dirname(target) === dirname(opener.path))
      const vendors = new Set(beside.filter((target) => !door.test(target)).map(familyOf))
      const between = shipped.flatMap((source) =>
        source.imports
          .filter((target) => vendors.has(familyOf(source.path)) && vendors.has(familyOf(target)))
          .filter((target) => familyOf(source.path) !== familyOf(target))
          .map((target) => `${source.path} → ${target}`),
      )
      assert.deepEqual(between, [])
    }
  })

  test('no drawer folders or files that hold anything', () => {
    const drawers = sources.filter((source) =>
      /(^|\/)(utils?|common|shared|helpers?|misc|types|constants)(\/|\.ts$)/.test(source.path),
    )
    assert.deepEqual(
      drawers.map((source) => source.path),
      [],
    )
  })

  test('a file is one thing: none is longer than 300 lines', () => {
    const long = sources.filter((source) => source.text.split('\n').length > 301)
    assert.deepEqual(
      long.map((source) => source.path),
      [],
    )
  })

  test('the environment is read in one file', () => {
    const readers = shipped
      .filter((source) => /process\.env\b/.test(source.text))
      .map((source) => source.path)
    // Composition hands the environment down, and the engine's process inherits what is not foreign to it.
    const allowed = /^src\/platform\/config\/|^src\/[^/]+\.ts$|^src\/platform\/durable\/engine-process\.ts$/
    assert.deepEqual(
      readers.filter((path) => !allowed.test(path)),
      [],
    )
  })

  test('no import goes round in a circle', () => {
    assert.deepEqual(findCycle(shipped), [])
  })
})

/** `src/providers/storage/s3` for every file of that vendor. */
function familyOf(path: string): string {
  return path.replace(/\.ts$/, '').replace(/-[^/]*$/, '')
}

function findCycle(files: Source[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const done = new Set<string>()
  const walk = (path: string, trail: string[]): string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path]
    if (done.has(path)) return []
    for (const target of byPath.get(path)?.loads ?? []) {
      const cycle = walk(target, [...trail, path])
      if (cycle.length > 0) return cycle
    }
    done.add(path)
    return []
  }
  for (const file of files) {
    const cycle = walk(file.path, [])
    if (cycle.length > 0) return cycle
  }
  return []
}
