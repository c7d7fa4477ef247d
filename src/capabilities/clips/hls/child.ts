import { AV_LOG_ERROR } from 'node-av/constants'
import { Log } from 'node-av/lib'
// Failures of the parent's reading arrive by their codes, which have to be known here.
import '../../../platform/fetch/errors.ts'
import '../../../providers/storage/errors.ts'
import { serveMediaChild } from '../../../platform/ffmpeg/serve-child.ts'
import { type PlaylistJob, type PlaylistResult, cutPlaylist } from './cut-playlist.ts'

Log.setLevel(AV_LOG_ERROR)
serveMediaChild<PlaylistJob, PlaylistResult>(cutPlaylist)
