import type { BaseConfig } from '../config/config.ts'
import type { Logger } from '../log/log.ts'
import type { ApiClient } from './api-client.ts'
import type { Progress } from './progress.ts'

/** What a command of the command line gets from its frame. */
export type CliContext = {
  /** Whether the caller wants one JSON document on standard output. */
  readonly json: boolean
  /** The environment, read on first use; `CREATOROPS_*` mistakes surface there. */
  readonly config: BaseConfig
  readonly log: Logger
  /** Aborted by Ctrl-C or SIGTERM; pass it to everything that takes long. */
  readonly signal: AbortSignal
  /**
   * The result of a command, given once: JSON with `--json`, otherwise `text` (or the value laid out plainly when
   * there is no text).
   */
  out(value: unknown, text?: string): void
  /** One line for a person on standard error; silent with `--json`. */
  note(line: string): void
  /** Progress on standard error: a bar on a terminal, JSON lines with `--progress json`, otherwise nothing. */
  progress(label: string): Progress
  /** Ends the command with this exit code after its result is out, for commands such as `doctor`. */
  exitWith(code: 0 | 1 | 2): void
  /**
   * A client of the server: `CREATOROPS_URL` with `CREATOROPS_API_KEY`, otherwise the server that runs on this
   * machine, otherwise one that is started for this call and stopped after it.
   */
  api(): Promise<ApiClient>
}
