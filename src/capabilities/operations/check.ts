/** One thing the doctor looked at. */
export type Check = {
  name: string
  /** `warning`: works, but less well or not everything. `missing`: does not work. */
  state: 'ok' | 'warning' | 'missing'
  /** Whether the product cannot do its main job without it. */
  isRequired: boolean
  /** What was found, in a few words. */
  found: string
  /** What to do about it; present unless all is well. */
  fix?: string
  /** Facts for programs. */
  detail?: Record<string, unknown>
}

/** A check that answers even when looking fails: then the thing is missing, with the reason. */
export async function look(
  base: { name: string; isRequired: boolean; fix: string },
  fn: () => Promise<Omit<Check, 'name' | 'isRequired'>> | Omit<Check, 'name' | 'isRequired'>,
): Promise<Check> {
  const { name, isRequired, fix } = base
  try {
    const result = await fn()
    return { name, isRequired, ...result, ...(result.state === 'ok' ? {} : { fix: result.fix ?? fix }) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { name, isRequired, state: 'missing', found: reason.split('\n')[0]!, fix }
  }
}
