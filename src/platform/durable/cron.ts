import { Cron } from 'croner'

import { durableErrors } from './errors.ts'

/**
 * The first moment after `after` that a five-field cron expression names in an IANA zone; undefined when there is
 * none any more. Wall times that a daylight-saving change skips fire right after the gap; repeated ones fire once.
 * Fails with `durable.badSchedule`.
 */
export function nextCronTime(cron: string, zone: string, after: Date): Date | undefined {
  try {
    return new Cron(cron, { timezone: zone, paused: true, mode: '5-part' }).nextRun(after) ?? undefined
  } catch (cause) {
    throw durableErrors.badSchedule(`"${cron}" in the zone "${zone}" is not a schedule.`, { cause })
  }
}
