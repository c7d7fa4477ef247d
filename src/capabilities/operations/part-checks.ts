import { join } from 'node:path'
import { Client } from 'pg'
import type { BaseConfig } from '../../platform/config/config.ts'
import { installedPostgres } from '../../platform/db/binaries.ts'
import { engineBinary } from '../../platform/durable/engine-process.ts'
import { type Check, look } from './check.ts'
import { firstLineOf } from './run-tool.ts'

/** What a media engine says about itself. */
export type MediaDescription = {
  name: string
  version: string
  encoders: string[]
  decoders: string[]
  filters: string[]
}

// Only filters that both engines can be asked for; the library cannot list all it has.
const needed = {
  encoders: ['libx264', 'aac', 'mjpeg'],
  filters: [
    'scale',
    'fps',
    'tile',
    'transpose',
    'scdet',
    'signalstats',
    'blurdetect',
    'ebur128',
    'aresample',
  ],
}
const useful = {
  encoders: ['libx265', 'libvpx-vp9', 'libsvtav1', 'prores_ks', 'dnxhd', 'libopus'],
  filters: ['zscale', 'tonemap', 'loudnorm', 'subtitles', 'drawtext', 'xfade'],
}

/** The FFmpeg that does the work, and whether it has what the work needs. */
export function checkMedia(describe: () => Promise<MediaDescription>): Promise<Check> {
  const fix = 'Run "npm ci" again, or set FFMPEG_PATH to an FFmpeg 6 or newer built with libx264.'
  return look({ name: 'FFmpeg', isRequired: true, fix }, async () => {
    const engine = await describe()
    const lacking = (wanted: typeof needed) => [
      ...wanted.encoders.filter((name) => !engine.encoders.includes(name)),
      ...wanted.filters.filter((name) => !engine.filters.includes(name)),
    ]
    const [missing, absent] = [lacking(needed), lacking(useful)]
    const found = `${engine.version} (${engine.name})`
    const detail = { ...engine, missing, absent }
    if (missing.length > 0)
      return { state: 'missing', found: `${found}; lacks ${missing.join(', ')}`, detail }
    if (absent.length === 0) return { state: 'ok', found, detail }
    const advice = `Only some exports need ${absent.join(', ')}; an FFmpeg that has them can be set with FFMPEG_PATH.`
    return { state: 'warning', found: `${found}; without ${absent.join(', ')}`, fix: advice, detail }
  })
}

/** The durable engine: the one configured answers, or the installed binary runs. */
export function checkEngine(config: BaseConfig): Promise<Check> {
  const { restateAdminUrl } = config
  if (restateAdminUrl) {
    const fix = 'Start your Restate server, or correct RESTATE_URL and RESTATE_ADMIN_URL.'
    return look({ name: 'Restate', isRequired: true, fix }, async () => {
      const answer = await fetch(`${restateAdminUrl}/version`, { signal: AbortSignal.timeout(5_000) })
      const { version } = (await answer.json()) as { version?: string }
      return {
        state: answer.ok ? 'ok' : 'missing',
        found: `${version ?? answer.status} at ${restateAdminUrl}`,
      }
    })
  }
  const fix = 'Run "npm ci" again (Linux and macOS on x64 and arm64 have a binary), or set RESTATE_URL.'
  return look({ name: 'Restate', isRequired: true, fix }, async () => {
    const binary = engineBinary()
    const line = await firstLineOf(binary, ['--version'])
    return { state: 'ok', found: versionIn(line), detail: { binary } }
  })
}

/** The database: the one configured answers, or the installed binaries run. */
export function checkDatabase(config: BaseConfig): Promise<Check> {
  const { databaseUrl } = config
  if (databaseUrl) {
    const fix = 'Start your PostgreSQL (15 or newer), or correct DATABASE_URL.'
    return look({ name: 'PostgreSQL', isRequired: true, fix }, async () => {
      const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 })
      try {
        await client.connect()
        const { rows } = await client.query<{ version: string }>('show server_version')
        const version = rows[0]?.version ?? ''
        const state = Number.parseInt(version, 10) >= 15 ? 'ok' : 'missing'
        return { state, found: `${version} at ${new URL(databaseUrl).host}` }
      } finally {
        await client.end()
      }
    })
  }
  const fix = 'Run "npm ci" again (Linux and macOS on x64 and arm64 have binaries), or set DATABASE_URL.'
  return look({ name: 'PostgreSQL', isRequired: true, fix }, async () => {
    const native = await installedPostgres()
    const line = await firstLineOf(join(native, 'bin', 'postgres'), ['--version'])
    return { state: 'ok', found: versionIn(line), detail: { directory: native } }
  })
}

function versionIn(line: string): string {
  return /\d+(?:\.\d+)+/.exec(line)?.[0] ?? line
}
