// npm run chaos [-- --runs 30 --seed 1]: the main job with a random kill -9 of the worker or the engine each time.
import { parseArgs } from 'node:util'
import { runChaos } from '../test/e2e/chaos.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
  },
})
const seed = Number(values.seed)
console.log(`seed ${seed}`)
const report = await runChaos({ runs: Number(values.runs), seed, say: console.log })

const finished = report.runs.filter((run) => run.state === 'succeeded').length
const killed = (victim: string) => report.runs.filter((run) => run.victim === victim).length
console.log(`
| what | seen |
| --- | --- |
| runs with a kill | ${report.runs.length} (worker ${killed('worker')}, engine ${killed('engine')}) |
| finished | ${finished} |
| effects in the counter table | ${report.effects} |
| effects not applied exactly once | ${report.effectsNotOnce} |
| things made twice | ${report.doubled.length} |
| unfinished stores that were known and cleaned up | ${report.swept} |
| files that no row knows | ${report.orphanFiles.length} |`)
for (const name of [...report.doubled, ...report.orphanFiles]) console.log(`  ${name}`)

const isSound =
  finished === report.runs.length &&
  report.effectsNotOnce === 0 &&
  report.doubled.length === 0 &&
  report.orphanFiles.length === 0
process.exitCode = isSound ? 0 : 1
