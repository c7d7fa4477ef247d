import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'

const folder = import.meta.dirname

test('scene modules need nothing but each other at run time, so a browser can draw with the same files', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  )
  assert.ok(files.length > 15)
  for (const file of files) {
    const code = stripTypeScriptTypes(readFileSync(join(folder, file), 'utf8'))
    for (const [, target] of code.matchAll(/\bfrom '([^']+)'/g)) {
      const place = relative(folder, join(folder, dirname(file), target!))
      assert.ok(target!.startsWith('.') && !place.startsWith('..'), `${file} loads ${target}`)
    }
    const unsteady = code.match(/Math\.random|Date\.now|new Date|performance\.|process\.|require\(/)
    assert.equal(unsteady, null, `${file} uses ${unsteady?.[0]}, so its frames would differ`)
  }
})
