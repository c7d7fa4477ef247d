import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startOpenAiEmbedding } from '../../../../test/servers/openai-embedding-server.ts'
import { withDb } from '../../../platform/db/test-db.ts'
import { openEmbed } from '../../../providers/embed/open-embed.ts'
import { assertBalanced } from '../../costs/test-balance.ts'
import { modelDeps, person } from '../test-models.ts'
import { compareTexts, embedTexts } from './embed-texts.ts'

test('texts are compared by meaning without a key', () =>
  withDb(async (db) => {
    const deps = { ...modelDeps(db, {}), embedders: openEmbed({ embedModel: 'x' }) }
    const texts = [
      'Compound interest rewards people who invest while they are young',
      'Geese fly south for the winter',
    ]
    const found = await compareTexts(deps, { actor: person, query: 'migration of birds', texts })
    assert.equal(found.items[0]!.text, texts[1])
    assert.equal(found.costMicros, 0)
    await assert.rejects(
      compareTexts(deps, { actor: { ...person, permissions: new Set() }, query: 'a', texts }),
      {
        code: 'access.forbidden',
      },
    )
  }))

test('a service is paid by its tokens, and its failure costs nothing and brings no other model in', () =>
  withDb(async (db) => {
    const server = await startOpenAiEmbedding()
    try {
      const embedders = openEmbed({ embedUrl: server.url, embedModel: 'text-embedding-3-small' })
      const deps = { ...modelDeps(db, {}), hasVendor: () => true, embedders }
      const use = { workspaceId: 'ws_1', subjectId: 's_1', texts: ['bees', 'wasps'] }
      assert.equal((await embedTexts(deps, use)).vectors.length, 2)
      server.faults.next({ status: 400 })
      await assert.rejects(embedTexts(deps, use), { code: 'embed.refused' })
      await assertBalanced(db)
    } finally {
      await server.close()
    }
  }))
