import type { BaseConfig } from '../../platform/config/config.ts'
import { type Check, look } from './check.ts'
import { findOnPath } from './run-tool.ts'

type Tool = { name: string; programs: string[]; gives: string; fix: string }

/** Programs that nothing depends on, but that make more possible when they are there. */
const tools: Tool[] = [
  {
    name: 'pocketsphinx',
    programs: ['pocketsphinx_batch'],
    gives: 'offline speech recognition',
    fix: 'apt-get install pocketsphinx pocketsphinx-en-us',
  },
  {
    name: 'RHVoice',
    programs: ['RHVoice-test'],
    gives: 'natural offline voices',
    fix: 'apt-get install rhvoice rhvoice-english',
  },
  {
    name: 'Chromium',
    programs: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    gives: 'browser tests with the system browser',
    fix: 'apt-get install chromium (the tests otherwise use the one that npm installs)',
  },
  {
    name: 'ffmpeg program',
    programs: ['ffmpeg'],
    gives: 'a second media engine, by FFMPEG_PATH',
    fix: 'apt-get install ffmpeg (only if the bundled libraries lack something you need)',
  },
]

export function checkTools(path: string | undefined): Promise<Check[]> {
  return Promise.all(
    tools.map((tool) =>
      look({ name: tool.name, isRequired: false, fix: tool.fix }, async () => {
        const file = await findOnPath(tool.programs, path)
        if (file) return { state: 'ok', found: file, detail: { file } }
        return { state: 'warning', found: `not installed; gives ${tool.gives}` }
      }),
    ),
  )
}

/** Which vendor each outside part is set to. Their keys are not tried here. */
export async function listProviders(config: BaseConfig): Promise<Check[]> {
  const rows: Array<[string, string]> = [
    ['Storage', config.objectsUrl ? new URL(config.objectsUrl).protocol.slice(0, -1) : 'local directory'],
    ['Sign-in', config.oidc ? `password, ${config.oidc.name} (${config.oidc.issuer})` : 'password'],
    ['Packages', config.transcoder === 'local' ? 'made on this machine' : mediaConvertRow(config)],
    ['Telemetry', config.otlpEndpoint ? `OTLP to ${config.otlpEndpoint}` : 'Prometheus at /metrics'],
  ]
  return rows.map(([name, found]) => ({ name, state: 'ok', isRequired: false, found }))
}

function mediaConvertRow({ objectsUrl, mediaconvertRole }: BaseConfig): string {
  if (!objectsUrl?.startsWith('s3:')) return 'MediaConvert, which needs OBJECTS_URL in a bucket of S3'
  return mediaconvertRole
    ? `MediaConvert as ${mediaconvertRole}`
    : 'MediaConvert, which needs MEDIACONVERT_ROLE'
}
