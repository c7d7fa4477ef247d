import { openDb } from '../db/client.ts'
import { silentLog } from '../log/log.ts'
import { testSteps, testWorkflows } from './test-workflows.ts'
import { startWorker } from './worker.ts'

/*
 * A worker as a process of its own, for tests that kill it: `node test-worker.ts '<json>'`. Prints a line when ready.
 */

const options = JSON.parse(process.argv[2]!) as {
  databaseUrl: string
  ingressUrl: string
  adminUrl: string
  namespace: string
  port: number
  dir: string
}

const worker = startWorker({
  db: openDb(options.databaseUrl).db,
  log: silentLog(),
  engine: options,
  steps: testSteps({ traces: options }),
  workflows: testWorkflows(),
  cpuSlots: 2,
  port: options.port,
  namespace: options.namespace,
})
await worker.ready
process.stdout.write(`${worker.port}\n`)
