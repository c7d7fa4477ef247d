import { type Actor, assertMay } from '../../../kernel/actor.ts'
import { newId } from '../../../kernel/ids.ts'
import type { Micros } from '../../../kernel/money.ts'
import type { Embedder, Embedders } from '../../../providers/embed/index.ts'
import type { CostLine } from '../../costs/index.ts'
import type { ModelDeps } from '../model-deps.ts'
import { runModel } from '../run-model.ts'

export type EmbeddingDeps = ModelDeps & { embedders: Embedders }

export type EmbedTexts = {
  workspaceId: string
  texts: readonly string[]
  purpose?: 'document' | 'query'
  /** `offline`, `openai` or `bedrock`. Default: the best that is set up. */
  embedder?: string
  subjectId: string
  topic?: string
  signal?: AbortSignal
}

export type EmbeddedTexts = {
  /** Vectors of different spaces must never be compared. */
  space: string
  dimensions: number
  vectors: Float32Array[]
  costMicros: Micros
}

/**
 * Vectors of texts, within the budgets. Another model never steps in, since its vectors could not be compared with
 * those that are there. Fails with the rows of `embed` and `costs.budgetExceeded`.
 */
export async function embedTexts(deps: EmbeddingDeps, input: EmbedTexts): Promise<EmbeddedTexts> {
  const { workspaceId, texts, purpose, subjectId, topic, signal } = input
  const embedder = await deps.embedders.open(input.embedder)
  const { space, dimensions, name } = embedder
  // A token is seldom shorter than two letters, in any script.
  const most = texts.reduce((sum, text) => sum + Math.ceil(text.length / 2) + 2, 0)
  const { result, costMicros } = await runModel<Float32Array[]>(deps, {
    workspaceId,
    kind: 'embedding',
    task: 'embed',
    subjectId,
    modelId: name === 'offline' ? 'offline-vectors' : `${name}-embedding`,
    ...(topic ? { topic } : {}),
    estimate: () => linesOf(embedder, most),
    async attempt() {
      const { vectors, tokens } = await embedder.embed({ texts, purpose, signal })
      return { result: vectors, lines: linesOf(embedder, tokens) }
    },
  })
  return { space, dimensions, vectors: result, costMicros }
}

/** How alike texts are to one that is looked for, the nearest first: what the Studio and the command line show. */
export async function compareTexts(
  deps: EmbeddingDeps,
  input: { actor: Actor; query: string; texts: readonly string[]; embedder?: string },
): Promise<{ space: string; costMicros: Micros; items: Array<{ text: string; likeness: number }> }> {
  const { actor, query, texts, embedder } = input
  assertMay(actor, 'models.write')
  const use = { workspaceId: actor.workspaceId, subjectId: newId('embed'), embedder }
  const notes = await embedTexts(deps, { ...use, texts })
  const wanted = await embedTexts(deps, { ...use, texts: [query], purpose: 'query' })
  const items = notes.vectors.map((vector, at) => ({
    text: texts[at]!,
    likeness: dot(wanted.vectors[0]!, vector),
  }))
  return {
    space: notes.space,
    costMicros: notes.costMicros + wanted.costMicros,
    items: items.sort((a, b) => b.likeness - a.likeness),
  }
}

function linesOf({ priceItem }: Embedder, tokens: number): CostLine[] {
  if (priceItem === undefined || tokens === 0) return []
  return [{ item: priceItem, unit: 'inputTokens', quantity: tokens }]
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * b[at]!, 0)
}
