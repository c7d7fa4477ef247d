import { AV_LOG_ERROR } from 'node-av/constants'
import { Log } from 'node-av/lib'
import type { FrameRate } from '../../../kernel/time.ts'
import { serveMediaChild } from '../../../platform/ffmpeg/serve-child.ts'
import { openSource } from './source.ts'

Log.setLevel(AV_LOG_ERROR)
serveMediaChild<string, FrameRate>(async (path) => {
  const { avgFrameRate, rFrameRate } = openSource(path).video
  const { num, den } = avgFrameRate.num > 0 ? avgFrameRate : rFrameRate
  return { num, den }
})
