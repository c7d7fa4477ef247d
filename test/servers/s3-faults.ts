/** What goes wrong with a request. */
export type FaultKind =
  | { kind: 'status'; status: number; code: string }
  /** Answer only when the returned promise of `until` is settled. */
  | { kind: 'slow'; until: Promise<unknown> }
  /** Cut the connection after so many bytes of the request's body. */
  | { kind: 'resetRequest'; afterBytes: number }
  /** Do the work, then cut the connection after so many bytes of the answer's body. */
  | { kind: 'resetResponse'; afterBytes: number }
  /** Do the work, then cut the connection without an answer. */
  | { kind: 'loseResponse' }
  /** Keep the first byte of what is stored wrong, without telling. */
  | { kind: 'corrupt' }

export type Fault = FaultKind & {
  /** Such as `PutObject` or `UploadPart`. */
  operation: string
  /** How often; default once. */
  times?: number
  /** Let so many requests of this operation pass first. */
  skip?: number
}

/** The switch: faults wait here until a request of their operation comes. */
export function faultSwitch() {
  const waiting: Array<Fault & { times: number; skip: number }> = []
  return {
    add(fault: Fault): void {
      waiting.push({ times: 1, skip: 0, ...fault })
    },
    clear(): void {
      waiting.length = 0
    },
    /** Takes the fault that is due for this request, if any. */
    take(operation: string): Fault | undefined {
      for (const fault of waiting) {
        if (fault.operation !== operation || fault.times === 0) continue
        if (fault.skip > 0) {
          fault.skip--
          continue
        }
        fault.times--
        return fault
      }
      return undefined
    },
  }
}
