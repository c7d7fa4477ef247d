import { transcribeContract } from './contract.ts'
import { estimatingAligner } from './estimate.ts'

transcribeContract('estimate', async () => ({ transcriber: estimatingAligner() }), { toleranceMs: 120 })
