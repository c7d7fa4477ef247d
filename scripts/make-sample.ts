// Makes examples/sample/how-bees-decide.mp4: synthetic speech and drawn scenes, all ours, CC0.
import { createCanvas } from '@napi-rs/canvas'
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_PIX_FMT_RGBA,
  AV_PIX_FMT_YUV420P,
  AV_SAMPLE_FMT_FLTP,
  FF_ENCODER_AAC,
  FF_ENCODER_LIBX264,
} from 'node-av/constants'
import { Encoder, Muxer, Scaler } from 'node-av/api'
import { Frame } from 'node-av/lib'
import { drawScene, frameSize, loadSceneFont } from './sample/scenes.ts'
import { speak } from './sample/speech.ts'
import { story } from './sample/story.ts'

const frameRate = 25
const sampleRate = 16_000
const betweenSentencesMs = 520
const betweenPartsMs = 1_400

const out = fileURLToPath(new URL('../examples/sample/how-bees-decide.mp4', import.meta.url))
await mkdir(dirname(out), { recursive: true })
loadSceneFont()
const { voice, parts } = await speakStory()
await writeRecording()
console.log(`${out}: ${(voice.length / sampleRate).toFixed(1)} s, ${(await stat(out)).size} bytes`)

async function speakStory() {
  const pieces: Float32Array[] = [silence(500)]
  const parts: Array<{ startMs: number; endMs: number }> = []
  let lengthMs = 500
  const add = (piece: Float32Array) => {
    pieces.push(piece)
    lengthMs += (piece.length / sampleRate) * 1000
  }
  for (const part of story) {
    const startMs = parts.at(-1)?.endMs ?? 0
    for (const sentence of part.sentences) {
      const speech = await speak(sentence)
      add(Float32Array.from(trimmed(speech.samples), (sample) => (sample / 32_768) * 1.6))
      add(silence(betweenSentencesMs))
    }
    add(silence(betweenPartsMs - betweenSentencesMs))
    parts.push({ startMs, endMs: lengthMs })
  }
  const voice = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    voice.set(piece, at)
    at += piece.length
  }
  return { voice: voice.map((sample) => Math.max(-0.98, Math.min(0.98, sample))), parts }
}

function silence(lengthMs: number): Float32Array {
  return new Float32Array(Math.round((lengthMs / 1000) * sampleRate))
}

/** The speech without the quiet that flite puts around it. */
function trimmed(samples: Int16Array): Int16Array {
  const isLoud = (sample: number) => Math.abs(sample) > 250
  return samples.subarray(samples.findIndex(isLoud), samples.findLastIndex(isLoud) + 1)
}

async function writeRecording(): Promise<void> {
  const { width, height } = frameSize
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  const scaler = new Scaler()
  const video = await Encoder.create(FF_ENCODER_LIBX264, {
    context: { gopSize: frameRate * 2, maxBFrames: 2 },
    options: { crf: 31, preset: 'veryslow', tune: 'animation' },
  })
  const audio = await Encoder.create(FF_ENCODER_AAC, { context: { bitRate: '48k' } })
  const muxer = await Muxer.open(out, { format: 'mp4', options: { movflags: '+faststart' } })
  const videoStream = muxer.addStream(video)
  const audioStream = muxer.addStream(audio)

  const frames = Math.floor((voice.length / sampleRate) * frameRate)
  let sent = 0
  for (let index = 0; index < frames; index++) {
    const atMs = (index / frameRate) * 1000
    const part = Math.max(
      0,
      parts.findIndex((range) => atMs < range.endMs),
    )
    const { startMs, endMs } = parts[part] ?? { startMs: 0, endMs: 1 }
    drawScene(context, story[part]!, (atMs - startMs) / (endMs - startMs), (atMs - startMs) / 1000)
    using rgba = Frame.fromVideoBuffer(Buffer.from(canvas.data()), {
      width,
      height,
      format: AV_PIX_FMT_RGBA,
      timeBase: { num: 1, den: frameRate },
      pts: BigInt(index),
    })
    using picture = Frame.fromVideoBuffer(scaler.toBufferSync(rgba, { format: 'yuv420p' }), {
      width,
      height,
      format: AV_PIX_FMT_YUV420P,
      timeBase: { num: 1, den: frameRate },
      pts: BigInt(index),
    })
    picture.duration = 1n
    for await (const packet of video.packets(picture)) await muxer.writePacket(packet, videoStream)
    const until = Math.min(voice.length, Math.round(((index + 1) / frameRate) * sampleRate))
    sent = await writeVoice(sent, until)
  }
  for await (const packet of video.packets(null)) await muxer.writePacket(packet, videoStream)
  for await (const packet of audio.packets(null)) await muxer.writePacket(packet, audioStream)
  await muxer.close()

  async function writeVoice(from: number, until: number): Promise<number> {
    while (from + 1024 <= until) {
      const chunk = voice.subarray(from, from + 1024)
      using frame = Frame.fromAudioBuffer(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength), {
        nbSamples: 1024,
        format: AV_SAMPLE_FMT_FLTP,
        sampleRate,
        channelLayout: AV_CHANNEL_LAYOUT_MONO,
        timeBase: { num: 1, den: sampleRate },
        pts: BigInt(from),
      })
      for await (const packet of audio.packets(frame)) await muxer.writePacket(packet, audioStream)
      from += 1024
    }
    return from
  }
}
