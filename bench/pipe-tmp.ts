import { benchPipeline } from './pipeline.ts'
import { toTable } from './line.ts'
console.log(toTable(await benchPipeline({ seconds: 120 })))
