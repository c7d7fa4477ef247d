import assert from 'node:assert/strict'
import { test } from 'node:test'
import { programCall } from './cli-args.ts'
import { allowedContainers, type MediaPlan } from './plan.ts'

const head = [
  '-nostdin',
  '-hide_banner',
  '-v',
  'level+info',
  '-benchmark',
  '-nostats',
  '-progress',
  'pipe:1',
  '-stats_period',
  '0.25',
  '-y',
  '-filter_complex_threads',
  '2',
]
const closed = ['-protocol_whitelist', 'file', '-format_whitelist', allowedContainers]

test('a plan becomes a call with closed protocols, one graph and numbers over extra pipes', () => {
  const plan: MediaPlan = {
    inputs: [{ path: '/in/a b.mp4', keyframesOnly: true, seekMs: 1500 }],
    graphs: [
      {
        media: 'audio',
        sources: [{ label: 's', input: 0, stream: 'a:0' }],
        filters: '[s]asplit[x][l];[x]ebur128=metadata=1[e]',
        sinks: ['e', 'l'],
      },
    ],
    outputs: [
      { kind: 'metadata', media: 'audio', from: 'e', keys: ['lavfi.r128.I'] },
      { kind: 'levels', from: 'l', sampleRate: 48000, channels: 2, windows: [{ num: 30, den: 1 }] },
      { kind: 'packets', input: 0, stream: 'v:0', bitstreamFilter: 'filter_units=pass_types=5' },
    ],
  }
  const { args, pipes } = programCall(plan)
  assert.deepEqual(pipes, [3, 4, 5])
  assert.deepEqual(args, [
    ...head,
    ...closed,
    '-noautorotate',
    '-threads',
    '2',
    '-skip_frame:v',
    'nokey',
    '-skip_loop_filter:v',
    'all',
    '-ss',
    '1.5',
    '-i',
    'file:/in/a b.mp4',
    '-filter_complex',
    "[0:a:0]anull[s];[s]asplit[x][l];[x]ebur128=metadata=1[e];[e]ametadata=mode=print:file='pipe\\:3'[e_printed]",
    '-map',
    '[e_printed]',
    '-f',
    'null',
    '-',
    '-map',
    '[l]',
    '-c:a',
    'pcm_f32le',
    '-f',
    'f32le',
    'pipe:4',
    '-map',
    '0:V:0',
    '-c',
    'copy',
    '-bsf:0',
    'filter_units=pass_types=5',
    '-f',
    'framecrc',
    'pipe:5',
  ])
})

test('copied and encoded streams stand in one file in the order of the plan', () => {
  const plan: MediaPlan = {
    inputs: [{ path: '/in.mp4' }],
    threads: 1,
    graphs: [],
    outputs: [
      {
        kind: 'file',
        path: '/out.mp4',
        muxer: 'mp4',
        muxerOptions: { movflags: '+faststart' },
        streams: [
          { kind: 'copy', input: 0, stream: 'v:0' },
          {
            kind: 'encode',
            media: 'video',
            from: 'small',
            encoder: 'libx264',
            options: { crf: '23' },
            keyframes: { everyMs: 2000 },
            maxFrames: 9,
          },
        ],
      },
    ],
  }
  const { args } = programCall(plan)
  assert.deepEqual(args.slice(args.indexOf('-map_metadata')), [
    '-map_metadata',
    '-1',
    '-map_chapters',
    '-1',
    '-map',
    '0:V:0',
    '-c:0',
    'copy',
    '-map',
    '[small]',
    '-c:1',
    'libx264',
    '-threads:1',
    '1',
    '-crf:1',
    '23',
    '-fps_mode:1',
    'passthrough',
    '-enc_time_base:1',
    '1:90000',
    '-force_key_frames:1',
    'expr:gte(t,n_forced*2)',
    '-frames:1',
    '9',
    '-f',
    'mp4',
    '-movflags',
    '+faststart',
    '/out.mp4',
  ])
})
