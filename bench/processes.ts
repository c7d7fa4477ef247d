import { readdir, readFile } from 'node:fs/promises'

export type ProcessUse = {
  pid: number
  /** Of the program, at most 15 characters. */
  name: string
  /** What it holds alone and its share of what it shares, so that these add up. */
  memoryBytes: number
  cpuMs: number
}

/** Linux counts processor time in these, whatever its own clock does. */
const tickMs = 10

/** A process and everything that it started and that is still running. Linux only. */
export async function familyOf(pid: number): Promise<ProcessUse[]> {
  const found = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const all = (await Promise.all(found.map(readStat))).filter((one) => one !== undefined)
  const family = all.filter((one) => one.pid === pid)
  for (const member of family) family.push(...all.filter((one) => one.parent === member.pid))
  return Promise.all(
    family.map(async ({ pid: own, name, cpuMs }) => ({
      pid: own,
      name,
      cpuMs,
      memoryBytes: await readMemory(own),
    })),
  )
}

async function readStat(pid: number) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // The name is in brackets and may hold anything, brackets included.
  const [, name, rest] = text?.match(/^\d+ \((.*)\) (.*)$/s) ?? []
  if (name === undefined || rest === undefined) return undefined
  const fields = rest.split(' ')
  const cpuMs = (Number(fields[11]) + Number(fields[12])) * tickMs
  return { pid, name, parent: Number(fields[1]), cpuMs }
}

async function readMemory(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
  return Number(text.match(/^Pss:\s+(\d+) kB$/m)?.[1] ?? 0) * 1024
}
