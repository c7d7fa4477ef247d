import { AV_LOG_ERROR } from 'node-av/constants'
import { Log } from 'node-av/lib'
import { serveMediaChild } from '../../../platform/ffmpeg/serve-child.ts'
import { cutFile } from './cut-file.ts'
import type { CutJob, CutResult } from './receipt.ts'

Log.setLevel(AV_LOG_ERROR)
serveMediaChild<CutJob, CutResult>(cutFile)
