/** What may be shown of a secret: everything but its value. */
export type SecretInfo = {
  /** The whole path, such as `creatorops/production/ws_01…/elevenlabs.apiKey`. */
  name: string
  /** Of the current version; another value is another version. */
  versionId: string
  createdAt: Date
  changedAt: Date
}

/** `current` is what counts; `previous` is what counted before it, for partners that are slow to learn the new one. */
export const secretStages = ['current', 'previous'] as const
export type SecretStage = (typeof secretStages)[number]

export type SecretValue = { value: string; versionId: string }

/**
 * Keeps secrets by name.
 *
 * Every vendor promises: a value is never in a message, a log line or a list; `put` makes a new version the current
 * one and the current one the previous one, at once; when it returns, other processes read the new one. Failures are
 * rows of `errors.ts` with their cause.
 */
export type SecretStore = {
  name: string
  put(name: string, value: string): Promise<SecretInfo>
  /** A version by its stage (default the current one), or undefined when there is none. Always asks the vendor. */
  get(name: string, stage?: SecretStage): Promise<SecretValue | undefined>
  /** Secrets whose names begin with a prefix, by name. Never their values. */
  list(prefix: string): Promise<SecretInfo[]>
  /** False when there was none. What a vendor keeps for a while to bring back cannot be read any more. */
  delete(name: string): Promise<boolean>
  /**
   * Encrypts everything with the newest key, so that older keys can be thrown away. Returns how many secrets.
   * Fails with `secrets.keyElsewhere` where the vendor keeps the key.
   */
  rotateKey(): Promise<number>
  describe(): { vendor: string; location: string }
}
