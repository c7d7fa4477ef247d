/** How far a media job is. Both numbers are optional; whichever is known is sent. */
export type MediaProgress = {
  /** 0 to 100. */
  percent?: number
  /** How far the output reaches, in milliseconds of media time. */
  outTimeMs?: number
}

/** What a parent sends to its child, once. */
export type JobMessage<Job> = { kind: 'job'; job: Job }

/** What a parent answers to a question of its child. */
export type AnswerMessage = { kind: 'answer'; id: number } & ({ value: unknown } | { error: ChildFailure })

/** What a child sends to its parent. `usage` is the child's own at that moment. */
export type ChildMessage<Result> =
  | { kind: 'progress'; progress: MediaProgress }
  | { kind: 'ask'; id: number; question: unknown }
  | { kind: 'result'; result: Result; usage: ChildUsage }
  | { kind: 'error'; error: ChildFailure; usage: ChildUsage }

export type ChildUsage = { cpuMs: number; peakRssBytes: number }

/** A failure as it crosses the process border: a row of a failure table when `code` is known there. */
export type ChildFailure = {
  code?: string
  message: string
  detail?: Record<string, unknown>
  stack?: string
}
