import { AV_LOG_ERROR } from 'node-av/constants'
import { Log } from 'node-av/lib'
import { serveMediaChild } from '../../../platform/ffmpeg/serve-child.ts'
import { type PlaylistJob, type PlaylistResult, cutPlaylist } from './cut-playlist.ts'

Log.setLevel(AV_LOG_ERROR)
serveMediaChild<PlaylistJob, PlaylistResult>(cutPlaylist)
