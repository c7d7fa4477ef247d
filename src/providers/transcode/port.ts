/** One quality that a package shall offer. */
export type TranscodeRung = { name: string; width: number; height: number; maxBitRate: number }

/** What shall become a streaming package. Everything is named by keys of the object storage, never by paths or bytes. */
export type TranscodeJob = {
  /** Names the work: the same token again is the same job, and is neither done nor paid for twice. */
  token: string
  /** Of the recording. */
  sourceKey: string
  /** Gets the playlists and segments; ends in a slash. */
  outputPrefix: string
  rungs: readonly TranscodeRung[]
  hasAudio: boolean
  durationMs: number
  /** Length that segments aim at, and of a closed group of pictures. */
  segmentMs: number
  gopMs: number
  /** Subtitle files beside the recording. Their keys may have no ending. */
  captions: ReadonlyArray<{ key: string; format: 'srt' | 'vtt'; language: string; name: string }>
  /** Facts that come back with the service's events. Never secrets. */
  tags: Record<string, string>
}

/** One file-level result: a quality of the picture. Zero where the service does not say. */
export type TranscodeOutput = { width: number; height: number; averageBitRate: number; durationMs: number }

/** What is known of a job at one moment. Times may repeat and arrive out of order; `percent` is 0 to 100. */
export type TranscodeUpdate = {
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled'
  percent: number
  /** What it does now, in the service's words. */
  phase?: string
  /** Keys of the multivariant playlist and the manifest, once done. */
  hlsKey?: string
  dashKey?: string
  outputs?: TranscodeOutput[]
  error?: { code: string; message: string }
}

/** How a caller watches a job. */
export type TranscodeWatch = {
  signal?: AbortSignal
  onUpdate?: (update: TranscodeUpdate) => void
  /** Called once the service has a name for the job, before anything else is waited for. */
  onSubmitted?: (vendorJobId: string) => Promise<void>
  /** What an event has told of the job since, so that the service need not be asked. */
  heard?: () => Promise<TranscodeUpdate | undefined>
}

/**
 * Makes streaming packages out of stored recordings. Every vendor promises: `run` ends with a `done` update or throws
 * a row of `errors.ts`; a repeated `run` with the same token joins the job that is there; an aborted one cancels it.
 */
export type Transcoder = {
  readonly name: 'local' | 'mediaconvert'
  readonly can: { encrypt: boolean; copy: boolean; thumbnails: boolean }
  run(job: TranscodeJob, watch?: TranscodeWatch): Promise<TranscodeUpdate & { state: 'done' }>
  /** Reads an event of the service that came in from outside; undefined when it is about something else. */
  readEvent(event: unknown): { vendorJobId: string; update: TranscodeUpdate } | undefined
}
