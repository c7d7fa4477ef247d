import { AV_LOG_ERROR } from 'node-av/constants'
import { Log } from 'node-av/lib'
import { serveMediaChild } from '../src/platform/ffmpeg/serve-child.ts'
import { makeRecording } from './make-recording.ts'

Log.setLevel(AV_LOG_ERROR)
serveMediaChild<{ path: string; seconds: number; size?: { width: number; height: number } }, null>(
  async ({ path, seconds, size }) => {
    makeRecording(path, seconds, size)
    return null
  },
)
