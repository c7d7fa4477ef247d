import { silentLog } from '../log/log.ts'
import { openDb } from './client.ts'
import { startEmbeddedPostgres } from './embedded.ts'

/** A process that owns an embedded server and writes rows until it is killed: each number it prints is committed. */
const [dataDir = ''] = process.argv.slice(2)
const server = await startEmbeddedPostgres({ dataDir, log: silentLog() })
const { pool } = openDb(server.url)
await pool.query('create table if not exists ledger (n int primary key)')
console.log(`pid ${server.pid}`)
for (let n = 1; ; n++) {
  await pool.query('insert into ledger values ($1)', [n])
  console.log(n)
}
