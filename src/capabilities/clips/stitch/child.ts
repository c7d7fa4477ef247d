import { AV_LOG_ERROR } from 'node-av/constants'
import { Log } from 'node-av/lib'
import { serveMediaChild } from '../../../platform/ffmpeg/serve-child.ts'
import { stitchFile } from './stitch-file.ts'
import type { StitchJob, StitchResult } from './stitch-job.ts'

Log.setLevel(AV_LOG_ERROR)
serveMediaChild<StitchJob, StitchResult>(stitchFile)
