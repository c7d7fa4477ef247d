import type { EnginePorts } from './ports.ts'

export type EngineSettings = {
  ports: EnginePorts
  /** Of the engine's program: a process of another version is never taken over. */
  version: string
  /**
   * How long the engine waits for a silent workflow before it suspends it. 0 makes it suspend, and later replay,
   * at every wait: tests use that to find code that is not deterministic.
   */
  inactivityS: number
}

/**
 * The engine's configuration file. Loopback only, no telemetry, memory for a small machine.
 *
 * Retries stay at 5 s or less, since the default of up to a minute would leave the work of a restarted worker idle.
 * Work that still fails after 70 tries is paused rather than ended, so that an operator, or the stuck-run check,
 * can continue it.
 */
export function engineConfig({ ports, version, inactivityS }: EngineSettings): string {
  return `# Written by CreatorOps at each start for restate-server ${version}; changes are lost.
cluster-name = "creatorops"
node-name = "n1"
bind-ip = "127.0.0.1"
advertised-host = "127.0.0.1"
bind-port = ${ports.fabric}
listen-mode = "tcp"
disable-telemetry = true
log-filter = "warn"
log-format = "compact"
log-disable-ansi-codes = true
default-num-partitions = 8
rocksdb-total-memory-size = "256 MiB"
experimental-enable-protocol-v7 = true
experimental-enable-vqueues = true
default-journal-retention = "7d"
default-workflow-completion-retention = "30d"
default-idempotency-retention = "7d"

[default-retry-policy]
initial-interval = "100ms"
max-interval = "5s"
max-attempts = 70
on-max-attempts = "pause"

[worker]
rule-book-poll-interval = "1s"
data-service-memory-limit = "64 MiB"
self-proposal-queue-memory-limit = "32 MiB"

[worker.invoker]
memory-limit = "256 MiB"
inactivity-timeout = "${inactivityS}s"
abort-timeout = "2m"

[bifrost]
record-cache-memory-size = "32 MiB"

[admin]
bind-port = ${ports.admin}

[admin.query-engine]
memory-size = "128 MiB"

[ingress]
bind-port = ${ports.ingress}
`
}
