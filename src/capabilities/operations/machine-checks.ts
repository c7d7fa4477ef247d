import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { createServer } from 'node:net'
import { availableParallelism, totalmem } from 'node:os'
import { dirname } from 'node:path'
import type { BaseConfig } from '../../platform/config/config.ts'
import { diskFree } from '../../platform/files/durable-files.ts'
import { type Check, look } from './check.ts'

const gib = 2 ** 30

export function checkNode(version: string = process.versions.node): Promise<Check> {
  const fix = 'Run "npm ci" in the checkout (it brings Node 24), and start through bin/creatorops or npm.'
  return look({ name: 'Node', isRequired: true, fix }, () => {
    const major = Number(version.split('.')[0])
    return {
      state: major >= 24 ? 'ok' : 'missing',
      found: version,
      detail: { version, path: process.execPath },
    }
  })
}

export function checkConfiguration(read: () => BaseConfig): Promise<Check> {
  const fix = 'Correct the environment; docs/configuration.md lists every variable.'
  return look({ name: 'Configuration', isRequired: true, fix }, () => {
    read()
    return { state: 'ok', found: 'valid' }
  })
}

/** Room and right to write in the data directory, or where it will be made. */
export function checkHome(home: string): Promise<Check> {
  const fix =
    'Free some space, or set CREATOROPS_HOME to a directory on a larger disk that this account can write.'
  return look({ name: 'Data directory', isRequired: true, fix }, async () => {
    const folder = await nearestExisting(home)
    await access(folder, constants.W_OK)
    const freeBytes = await diskFree(folder)
    const state = freeBytes < gib ? 'missing' : freeBytes < 10 * gib ? 'warning' : 'ok'
    return { state, found: `${home}, ${(freeBytes / gib).toFixed(1)} GiB free`, detail: { home, freeBytes } }
  })
}

async function nearestExisting(path: string): Promise<string> {
  const exists = await access(path).then(
    () => true,
    () => false,
  )
  return exists || dirname(path) === path ? path : nearestExisting(dirname(path))
}

/** Memory that this process may use: the container's limit where there is one. */
export function checkMemory(): Promise<Check> {
  const fix = 'Give the machine or container at least 2 GiB; long recordings in 4K need more.'
  return look({ name: 'Memory', isRequired: true, fix }, () => {
    const limit = process.constrainedMemory()
    const totalBytes = limit > 0 && limit < totalmem() ? limit : totalmem()
    const availableBytes = process.availableMemory()
    const state =
      totalBytes < gib ? 'missing' : totalBytes < 2 * gib || availableBytes < gib ? 'warning' : 'ok'
    const found = `${(totalBytes / gib).toFixed(1)} GiB, ${(availableBytes / gib).toFixed(1)} GiB available`
    return { state, found, detail: { totalBytes, availableBytes, cores: availableParallelism() } }
  })
}

/** Whether the port of API and Studio can be taken; a server of this installation on it is fine too. */
export function checkPort(host: string, port: number): Promise<Check> {
  const fix = `Stop what listens on port ${port}, or choose another with CREATOROPS_PORT.`
  return look({ name: 'Port', isRequired: true, fix }, async () => {
    if (port === 0 || (await canListen(host, port)))
      return { state: 'ok', found: port === 0 ? 'any' : `${port} is free` }
    const answer = await fetch(`http://${host}:${port}/healthz`, {
      signal: AbortSignal.timeout(2_000),
    }).catch(() => undefined)
    const isOurs = answer?.headers.get('content-type')?.includes('json') && (await isHealthz(answer))
    if (isOurs)
      return { state: 'ok', found: `${port}, where CreatorOps is running`, detail: { isRunning: true } }
    return { state: 'missing', found: `${port} is used by another program` }
  })
}

async function isHealthz(answer: Response): Promise<boolean> {
  const body = (await answer.json().catch(() => undefined)) as { product?: string } | undefined
  return body?.product === 'creatorops'
}

function canListen(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const server = createServer()
  server.once('error', () => resolve(false))
  server.listen(port, host, () => server.close(() => resolve(true)))
  return promise
}
