import { Agent, get } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { ReadersJob, ReadersResult } from './readers.ts'

process.once('message', (job: ReadersJob) => {
  void readAll(job).then((result) => process.send!(result))
})

async function readAll(job: ReadersJob): Promise<ReadersResult> {
  const result: ReadersResult = {
    timesMs: [],
    timesMsByGroup: job.groups.map(() => []),
    failures: 0,
    seconds: 0,
    bytes: 0,
    cpuMs: 0,
  }
  const startedAt = performance.now()
  const before = process.cpuUsage()
  const endsAt = startedAt + job.seconds * 1000
  await Promise.all(job.keys.map((key, index) => readOn(job, key, index, endsAt, result)))
  const { user, system } = process.cpuUsage(before)
  return { ...result, seconds: (performance.now() - startedAt) / 1000, cpuMs: (user + system) / 1000 }
}

async function readOn(
  job: ReadersJob,
  key: string,
  index: number,
  endsAt: number,
  result: ReadersResult,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const headers = { authorization: `Bearer ${key}` }
  const pauseMs = job.ratePerSecond ? (1000 * job.keys.length) / job.ratePerSecond : 0
  let dueAt = performance.now() + waitOf(pauseMs)
  for (let turn = index; dueAt < endsAt; turn++) {
    const waitMs = dueAt - performance.now()
    if (waitMs > 1) await delay(waitMs)
    const at = turn % job.groups.length
    const { paths } = job.groups[at]!
    const path = paths[Math.floor(Math.random() * paths.length)]!
    // A timer that fires late is the reader's fault; being busy with the answer before is the server's.
    const sentAt = waitMs > 1 ? performance.now() : dueAt
    const { status, bytes } = await read(job.url + path, agent, headers)
    const tookMs = performance.now() - sentAt
    result.timesMs.push(tookMs)
    result.timesMsByGroup[at]!.push(tookMs)
    result.bytes += bytes
    if (status !== 200) result.failures++
    dueAt = pauseMs === 0 ? performance.now() : dueAt + waitOf(pauseMs)
  }
  agent.destroy()
}

/** Times between independent visitors: exponential with this mean. */
function waitOf(meanMs: number): number {
  return -Math.log(1 - Math.random()) * meanMs
}

function read(
  url: string,
  agent: Agent,
  headers: Record<string, string>,
): Promise<{ status: number; bytes: number }> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers }, (answer) => {
      let bytes = 0
      answer.on('data', (chunk: Buffer) => (bytes += chunk.length))
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, bytes }))
      answer.once('error', reject)
    }).once('error', reject)
  })
}
