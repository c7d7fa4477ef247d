import { arch, availableParallelism, platform } from 'node:os'
import { type BaseConfig, readConfig } from '../../platform/config/config.ts'
import type { Check } from './check.ts'
import { checkConfiguration, checkHome, checkMemory, checkNode, checkPort } from './machine-checks.ts'
import { checkDatabase, checkEngine, checkMedia, type MediaDescription } from './part-checks.ts'
import { checkTools, listProviders } from './tool-checks.ts'

export type Doctor = {
  /** Reads the configuration; what it throws is reported, and the rest is looked at with the defaults. */
  readConfig: () => BaseConfig
  /** Asks the media engine what it can do. */
  describeMedia: (config: BaseConfig) => Promise<MediaDescription>
  version: string
  /** Where to look for optional programs. */
  path: string | undefined
}

export type DoctorReport = {
  version: string
  platform: string
  cores: number
  /** Whether everything required is here. */
  isReady: boolean
  checks: Check[]
}

/** Says what this machine can do. Looks at everything, even when the first things are missing; starts and changes nothing. */
export async function runDoctor(deps: Doctor): Promise<DoctorReport> {
  const config = configOrDefaults(deps.readConfig)
  const checks = await Promise.all([
    checkNode(),
    checkConfiguration(deps.readConfig),
    checkHome(config.home),
    checkMemory(),
    checkPort(config.host, config.port),
    checkMedia(() => deps.describeMedia(config)),
    checkEngine(config),
    checkDatabase(config),
    listProviders(config),
    checkTools(deps.path),
  ])
  const flat = checks.flat()
  return {
    version: deps.version,
    platform: `${platform()} ${arch()}`,
    cores: availableParallelism(),
    isReady: !flat.some((check) => check.isRequired && check.state === 'missing'),
    checks: flat,
  }
}

function configOrDefaults(read: () => BaseConfig): BaseConfig {
  try {
    return read()
  } catch {
    // Reported by the check of the configuration.
    return readConfig({})
  }
}

const signs = { ok: '✓', warning: '!', missing: '✗' }

/** The report for a person. */
export function doctorText(report: DoctorReport): string {
  const width = Math.max(...report.checks.map((check) => check.name.length))
  const lines = report.checks.flatMap((check) => {
    // A program that nothing depends on is not a fault: "!" is as loud as it gets.
    const sign = signs[check.state]
    const line = `${sign} ${check.name.padEnd(width)}  ${check.found}`
    return check.fix ? [line, `  ${' '.repeat(width)}  → ${check.fix}`] : [line]
  })
  const verdict = report.isReady ? 'Everything required is here.' : 'Something required is missing; see ✗.'
  return [
    `CreatorOps ${report.version} on ${report.platform}, ${report.cores} cores`,
    '',
    ...lines,
    '',
    verdict,
  ].join('\n')
}
