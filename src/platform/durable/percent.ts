import type { Stage } from './define.ts'

/** Where a stage begins in the percent of the whole run, and how many percent points it is worth. */
export function stageSlice(stages: readonly Stage[], name: string): { base: number; share: number } {
  const index = stages.findIndex((stage) => stage.name === name)
  if (index < 0) throw new RangeError(`The workflow has no stage "${name}"`)
  const total = stages.reduce((sum, stage) => sum + stage.weight, 0)
  const before = stages.slice(0, index).reduce((sum, stage) => sum + stage.weight, 0)
  return { base: (before / total) * 100, share: (stages[index]!.weight / total) * 100 }
}
