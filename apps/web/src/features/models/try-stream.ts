import { offlineProblem, Problem, problemFrom } from '../../api/problem.ts'
import { chosenWorkspaceId } from '../../api/workspace-choice.ts'

export type TryWish = { modelId?: string; prompt: string; notes: string[] }
export type TryDone = {
  modelId: string
  callId: string
  costMicros: number
  isCached: boolean
  label?: string
  leftOut: unknown[]
  usage: { inputTokens: number; outputTokens: number }
}

/** Asks a model and hands over its text as it comes. A refusal is thrown as a Problem. */
export async function tryModel(
  wish: TryWish,
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<TryDone> {
  const workspaceId = chosenWorkspaceId()
  const answer = await fetch('/api/v1/models/try', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(workspaceId ? { 'X-Workspace-Id': workspaceId } : {}),
    },
    body: JSON.stringify(wish),
    signal,
  })
  if (!answer.ok || !answer.body) throw await problemFrom(answer)
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  let pending = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) throw offlineProblem()
    pending += value
    const blocks = pending.split('\n\n')
    pending = blocks.pop() ?? ''
    for (const block of blocks) {
      const type = /^event: (.*)$/m.exec(block)?.[1]
      const data = JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '{}') as Record<string, unknown>
      if (type === 'text') onText(String(data['text']))
      if (type === 'failed') throw new Problem(Number(data['status']), data)
      if (type === 'done') return data as unknown as TryDone
    }
  }
}
