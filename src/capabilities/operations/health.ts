/** Something the product needs while it runs. Resolves when it is well, rejects or answers false when it is not. */
export type Probe = () => Promise<boolean | void>

export type Readiness = {
  isReady: boolean
  parts: Record<string, { isReady: boolean; because?: string }>
}

const patienceMs = 2_000

/** Asks every part at once; one that does not answer within 2 s is not ready. */
export async function checkReadiness(probes: Record<string, Probe>): Promise<Readiness> {
  const entries = await Promise.all(
    Object.entries(probes).map(async ([name, probe]) => [name, await ask(probe)] as const),
  )
  return { isReady: entries.every(([, part]) => part.isReady), parts: Object.fromEntries(entries) }
}

async function ask(probe: Probe): Promise<{ isReady: boolean; because?: string }> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${patienceMs / 1000} s`)), patienceMs)
  try {
    const answer = await Promise.race([probe(), late])
    return answer === false ? { isReady: false, because: 'not yet' } : { isReady: true }
  } catch (error) {
    return { isReady: false, because: error instanceof Error ? error.message : String(error) }
  } finally {
    clearTimeout(timer)
  }
}
