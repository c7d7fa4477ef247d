import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { keptPorts } from './kept-ports.ts'

describe('the ports of an installation', () => {
  test('where any will do, the next start gets the same ones, so that it finds what the last one left', async (t) => {
    const home = await mkdtemp(join(tmpdir(), 'ports-'))
    t.after(() => rm(home, { recursive: true }))
    const wishes = { engine: { port: 0, count: 3 }, worker: { port: 0, count: 1 } }
    const first = await keptPorts(home, wishes)
    for (const port of [first.engine, first.worker])
      assert.ok(port >= 1_024 && port < 32_000, `${port}, which an outgoing connection may take`)
    assert.ok(first.worker < first.engine || first.worker > first.engine + 2, JSON.stringify(first))
    assert.deepEqual(await keptPorts(home, wishes), first)
  })

  test('a port that was asked for is taken as it is, also over a kept one', async (t) => {
    const home = await mkdtemp(join(tmpdir(), 'ports-'))
    t.after(() => rm(home, { recursive: true }))
    await keptPorts(home, { worker: { port: 0, count: 1 } })
    assert.deepEqual(await keptPorts(home, { worker: { port: 4091, count: 1 } }), { worker: 4091 })
  })

  test('a damaged file of kept ports is written again', async (t) => {
    const home = await mkdtemp(join(tmpdir(), 'ports-'))
    t.after(() => rm(home, { recursive: true }))
    await writeFile(join(home, 'ports.json'), '{"worker":')
    const wishes = { worker: { port: 0, count: 1 } }
    assert.deepEqual(await keptPorts(home, wishes), await keptPorts(home, wishes))
  })
})
