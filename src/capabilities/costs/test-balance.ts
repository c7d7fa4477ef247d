import assert from 'node:assert/strict'
import { sql } from 'drizzle-orm'
import type { Db } from '../../platform/db/client.ts'

/**
 * The balance that always holds: every counter is exactly the ledger's entries plus what is held, for each workspace,
 * topic and video, in each period; and no settled reservation differs from its entries.
 */
export async function assertBalanced(db: Db): Promise<void> {
  const wrong = await db.execute(sql`
    with uses as (
      select workspace_id, topic, video_id, used_at as at, cost_micros as spent, 0::bigint as held from cost_entries
      union all
      select workspace_id, topic, video_id, reserved_at, 0, reserved_micros from cost_reservations where state = 'held'
    ), scoped as (
      select workspace_id, 'workspace' as scope, '' as scope_id, at, spent, held from uses
      union all select workspace_id, 'topic', topic, at, spent, held from uses where topic is not null
      union all select workspace_id, 'video', video_id, at, spent, held from uses where video_id is not null
    ), dated as (
      select s.*, p.period, case p.period when 'day' then to_char(at at time zone 'UTC', 'YYYY-MM-DD')
        when 'month' then to_char(at at time zone 'UTC', 'YYYY-MM') else 'total' end as period_key
      from scoped s cross join (values ('day'), ('month'), ('total')) as p(period)
    ), sums as (
      select workspace_id, scope, scope_id, period, period_key, sum(spent) as spent, sum(held) as held
      from dated group by 1, 2, 3, 4, 5
    )
    select coalesce(s.scope, c.scope) as scope, coalesce(s.period_key, c.period_key) as period_key,
      coalesce(s.spent, 0)::text as ledger_spent, coalesce(c.spent_micros, 0)::text as counted_spent,
      coalesce(s.held, 0)::text as held, coalesce(c.held_micros, 0)::text as counted_held
    from sums s full join cost_counters c using (workspace_id, scope, scope_id, period, period_key)
    where coalesce(s.spent, 0) <> coalesce(c.spent_micros, 0) or coalesce(s.held, 0) <> coalesce(c.held_micros, 0)`)
  assert.deepEqual(wrong.rows, [])

  const unequal = await db.execute(sql`
    select r.id from cost_reservations r where r.state = 'settled' and r.settled_micros <>
      (select coalesce(sum(e.cost_micros), 0) from cost_entries e where e.reservation_id = r.id)`)
  assert.deepEqual(unequal.rows, [])
}
