import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { benchApi } from './api.ts'
import { benchClips } from './clips.ts'
import { benchExperiments } from './experiments.ts'
import { type Line, toTable } from './line.ts'
import { benchMedia } from './media.ts'
import { benchMemory, benchPipeline } from './pipeline.ts'
import { benchSettings } from './settings.ts'
import { benchSpending } from './spending.ts'
import { benchStart } from './start.ts'
import { benchVideos } from './videos.ts'

/**
 * Measures the product on this machine and prints one Markdown table: bench/run.ts [--only PART] [--short]
 *   --only   media, clips, pipeline, memory, api or start; may be given several times
 *   --short  seconds instead of minutes: shows that the benchmark works, its figures say little
 * docs/benchmarks.md says what each line means.
 */
const { values: flags } = parseArgs({
  options: { only: { type: 'string', multiple: true }, short: { type: 'boolean', default: false } },
})

const parts: Record<string, (isShort: boolean) => Promise<Line[]>> = {
  start: (isShort) => benchStart({ warmStarts: isShort ? 1 : 3 }),
  api: (isShort) => benchApi({ seconds: isShort ? 2 : 15 }),
  media: (isShort) => benchMedia({ seconds: isShort ? 20 : 300 }),
  clips: (isShort) => benchClips({ isShort }),
  settings: (isShort) => benchSettings({ reads: isShort ? 20_000 : 200_000 }),
  spending: (isShort) => benchSpending({ seconds: isShort ? 1 : 5 }),
  experiments: (isShort) => benchExperiments({ isShort }),
  videos: (isShort) => benchVideos({ isShort }),
  pipeline: (isShort) => benchPipeline({ seconds: isShort ? 20 : 600 }),
  memory: (isShort) => benchMemory({ seconds: isShort ? 60 : 5400 }),
}

const wanted = flags.only ?? Object.keys(parts)
const unknown = wanted.filter((name) => !(name in parts))
if (unknown.length > 0) {
  process.stderr.write(
    `bench: there is no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}\n`,
  )
  process.exit(2)
}

const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.versions.node}`
const load = loadavg()[0]!.toFixed(1)
const lines: Line[] = []
for (const name of wanted) {
  process.stderr.write(`${name} …\n`)
  lines.push(...(await parts[name]!(flags.short)))
}
process.stdout.write(`${machine}; load before: ${load}\n\n${toTable(lines)}\n`)
