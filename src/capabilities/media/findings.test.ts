import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { MetadataResult } from '../../platform/ffmpeg/plan.ts'
import { choosePoster, findBlack, findFrozen, findScenes, pictureKeys } from './pictures-found.ts'
import { spriteLayout, spriteVtt, trimSprites } from './sprites.ts'
import { looksLikePlaylist, startsLikeMedia } from './file-start.ts'
import { masterPlaylist } from './master-playlist.ts'
import { readMediaPlaylist } from './media-playlist.ts'
import { readMsOption, readShareOption } from './command-options.ts'
import { suggestEdits } from './suggestions.ts'

type Picture = {
  change?: number
  scene?: number
  brightness?: number
  bright?: number
  dark?: number
  blur?: number
}

function pictures(list: Picture[], everyMs = 2_000): MetadataResult {
  const column = (key: keyof typeof pictureKeys, otherwise: number) =>
    list.map((one) => one[key] ?? otherwise)
  return {
    kind: 'metadata',
    timesMs: list.map((_, index) => index * everyMs),
    values: {
      [pictureKeys.scene]: column('scene', 0),
      [pictureKeys.change]: column('change', 2),
      [pictureKeys.brightness]: column('brightness', 110),
      [pictureKeys.bright]: column('bright', 200),
      [pictureKeys.dark]: column('dark', 30),
      [pictureKeys.blur]: column('blur', 4),
    },
  }
}
const black = { brightness: 16, bright: 17, dark: 16, blur: Number.NaN }

describe('pictures', () => {
  test('with a large change begin a scene, the first one never', () => {
    assert.deepEqual(findScenes(pictures([{ scene: 90 }, { scene: 3 }, { scene: 34.56 }])), [
      { atMs: 4000, score: 0.346 },
    ])
  })

  test('that are black make a stretch up to the next that is not', () => {
    assert.deepEqual(findBlack(pictures([black, black, {}, {}, black]), 9_500), [
      { startMs: 0, endMs: 4000 },
      { startMs: 8000, endMs: 9500 },
    ])
  })

  test('that stand still for 4 s make a stretch, unless they are black', () => {
    const still = { change: 0.02 }
    assert.deepEqual(findFrozen(pictures([{}, still, still, {}, {}, still, {}, still, still, still])), [
      { startMs: 0, endMs: 4000 },
      { startMs: 12_000, endMs: 18_000 },
    ])
    assert.deepEqual(findFrozen(pictures([{}, { ...black, ...still }, { ...black, ...still }, {}])), [])
  })

  test('for scrubbing are told to players, the last one until the end', () => {
    const layout = spriteLayout({ durationMs: 9_000, width: 1920, height: 1080 })
    assert.deepEqual([layout.everyMs, layout.tileWidth, layout.tileHeight], [2_000, 160, 90])
    const { sprites, tiles } = trimSprites(layout, pictures([{}, {}, {}]))
    const lines = spriteVtt(sprites, tiles, 9_000).split('\n')
    assert.deepEqual(
      lines.filter((line) => line.includes('#')),
      [0, 160, 320, 320, 320].map((x) => `sprite-001.jpg#xywh=${x},0,160,90`),
    )
    assert.ok(lines.includes('00:00:08.000 --> 00:00:09.000'))
    const long = spriteLayout({ durationMs: 3 * 3_600_000, width: 720, height: 1280 })
    assert.deepEqual([long.everyMs, long.files.length, long.tileHeight], [10_000, 11, 160])
  })

  test('for the poster are sharp, not black, not flat, and near a third', () => {
    const flat = { bright: 120, dark: 119, blur: Number.NaN }
    assert.equal(choosePoster(pictures([{}, black, { blur: 12 }, {}, flat, {}]), 12_000), 6_000)
    assert.equal(choosePoster(pictures([]), 12_000), 0)
  })
})

describe('suggestions', () => {
  const loudness = (lufs: number[]): MetadataResult => ({
    kind: 'metadata',
    timesMs: lufs.map((_, index) => index * 1000),
    values: { 'lavfi.r128.S': lufs },
  })
  const keep = [
    { startFrame: 0, endFrame: 0, startMs: 2_000, endMs: 10_000 },
    { startFrame: 0, endFrame: 0, startMs: 11_000, endMs: 20_000 },
    { startFrame: 0, endFrame: 0, startMs: 25_000, endMs: 30_000 },
  ]

  test('name dead air at the start, pauses and long silences, in order, with reasons', () => {
    const found = suggestEdits({ keep, durationMs: 30_000, black: [], frozen: [], loudness: loudness([]) })
    assert.deepEqual(
      found.map(({ kind, startMs, endMs, reason }) => [kind, startMs, endMs, reason]),
      [
        ['deadAir', 0, 2_000, '2 s of silence before the first sound.'],
        ['longPause', 10_000, 11_000, 'A pause of 1 s.'],
        ['deadAir', 20_000, 25_000, 'Nothing is heard for 5 s.'],
      ],
    )
  })

  test('say nothing about silence when there is no sound at all', () => {
    assert.deepEqual(suggestEdits({ keep: [], durationMs: 5_000, black: [], frozen: [] }), [])
  })

  test('about still pictures come only where nobody speaks, and not for all of a recording', () => {
    const still = (startMs: number, endMs: number, heard = true) =>
      suggestEdits({
        keep,
        durationMs: 30_000,
        black: [],
        frozen: [{ startMs, endMs }],
        ...(heard && { loudness: loudness([]) }),
      }).filter(({ kind }) => kind === 'frozen').length
    assert.deepEqual([still(20_000, 25_000), still(11_000, 20_000), still(11_000, 20_000, false)], [1, 0, 1])
    assert.equal(still(0, 30_000, false), 0)
  })

  test('find a jump in loudness, but not across a pause', () => {
    const jump = suggestEdits({
      keep: [],
      durationMs: 0,
      black: [],
      frozen: [],
      loudness: loudness([-20, -20, -20, -20, -30, -30, -30, -30]),
    })
    assert.deepEqual([jump[0]!.kind, jump[0]!.reason], ['loudnessJump', 'The sound becomes 10 LU quieter.'])
    const pause = [-20, -20, -20, -20, ...Array.from({ length: 20 }, () => -70), -30, -30, -30, -30]
    assert.deepEqual(
      suggestEdits({ keep: [], durationMs: 0, black: [], frozen: [], loudness: loudness(pause) }),
      [],
    )
  })
})

describe('the start of a file', () => {
  test('gives away playlists of every kind', () => {
    const lists = [
      '#EXTM3U\n#EXTINF:2,\nhttp://127.0.0.1/x.ts',
      '\ufeff#EXTM3U',
      '  \n#extm3u',
      'ffconcat version 1.0\nfile /etc/passwd',
      '[playlist]\nFile1=http://x',
      '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">',
      '<smil><body/></smil>',
      'v=0\r\no=- 0 0 IN IP4 127.0.0.1',
      'http://example.org/film.mp4',
    ]
    for (const text of lists) assert.ok(looksLikePlaylist(Buffer.from(text)), text)
    for (const text of ['hello', '', '<html>', '{"a":1}'])
      assert.ok(!looksLikePlaylist(Buffer.from(text)), text)
  })

  test('tells a damaged recording from something else', () => {
    assert.ok(startsLikeMedia(Buffer.from('\0\0\0\x18ftypmp42', 'latin1')))
    assert.ok(startsLikeMedia(Buffer.from('1a45dfa3a3', 'hex')))
    assert.ok(!startsLikeMedia(Buffer.from('hello world')))
  })
})

test('the multivariant playlist says what a player must know', () => {
  const rendition = {
    name: '720p',
    playlist: '720p/index.m3u8',
    width: 1280,
    height: 720,
    bitrate: 2_000_000,
    averageBitrate: 1_500_000,
    codec: 'avc1.64001f',
    frameRate: 29.97,
    frames: 1,
    segments: 1,
    durationMs: 1,
    copied: false,
  }
  const audio = {
    playlist: 'audio/index.m3u8',
    bitrate: 130_000,
    averageBitrate: 128_000,
    codec: 'mp4a.40.2',
    segments: 1,
    durationMs: 1,
  }
  assert.equal(
    masterPlaylist([rendition], audio),
    `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Sound",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="audio/index.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=2130000,AVERAGE-BANDWIDTH=1628000,RESOLUTION=1280x720,FRAME-RATE=29.970,CODECS="avc1.64001f,mp4a.40.2",AUDIO="audio"
720p/index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=130000,AVERAGE-BANDWIDTH=128000,CODECS="mp4a.40.2",AUDIO="audio"
audio/index.m3u8
`,
  )
  assert.ok(!masterPlaylist([rendition], null).includes('AUDIO'))
})

test('a media playlist is read back as it was written', () => {
  const text = `#EXTM3U
#EXT-X-TARGETDURATION:4
#EXT-X-MAP:URI="init_0.mp4"
#EXTINF:4.000000,
00000.m4s
#EXTINF:1.500000,
00001.m4s
#EXT-X-ENDLIST
`
  assert.deepEqual(readMediaPlaylist(text), {
    init: 'init_0.mp4',
    segments: [
      { file: '00000.m4s', durationMs: 4000 },
      { file: '00001.m4s', durationMs: 1500 },
    ],
    isComplete: true,
  })
})

test('options of the command line are read with their units and refused without sense', () => {
  assert.equal(readShareOption('--threshold', '4%'), 0.04)
  assert.equal(readShareOption('--threshold', '0.1'), 0.1)
  assert.equal(readMsOption('--margin', '0.2s'), 200)
  for (const text of ['4 percent', '-1', '101%', 'NaN']) {
    assert.throws(() => readShareOption('--threshold', text), { code: 'time.invalid' })
  }
  assert.throws(() => readMsOption('--margin', 'soon'), { code: 'time.invalid' })
})
