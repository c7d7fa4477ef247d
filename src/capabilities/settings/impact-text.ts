import { formatMicros } from '../../kernel/money.ts'
import type { CostImpact } from './cost-impact.ts'
import type { SettingExplanation } from './setting.ts'

export type SettingPlan = { before: SettingExplanation; after: SettingExplanation; impact: CostImpact | null }

/** What a change does to costs, in a line or two; empty when it does nothing. */
export function impactText({ impact }: Pick<SettingPlan, 'impact'>): string {
  if (!impact) return ''
  const { before, after } = impact
  const rest = `${after.basis} Confidence of the prices: ${after.confidence}.`
  const head = `Estimate for one video: ${formatMicros(before.totalMicros)} before, ${formatMicros(after.totalMicros)} after.`
  return [head, rest, ...after.warnings].join('\n')
}
