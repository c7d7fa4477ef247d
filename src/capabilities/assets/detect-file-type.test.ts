import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeUnknown, detectFileType } from './detect-file-type.ts'

const head = (text: string, sizeBytes = 700) => {
  const bytes = Buffer.alloc(sizeBytes)
  bytes.write(text, 'latin1')
  return bytes
}
const hex = (text: string) => head(Buffer.from(text, 'hex').toString('latin1'))
const transport = (step: number, from: number) => {
  const bytes = Buffer.alloc(1000)
  for (let at = from; at < bytes.length; at += step) bytes[at] = 0x47
  return bytes
}

test('every accepted type is known by its first bytes', () => {
  const cases: Array<[Buffer, string]> = [
    [head('\0\0\0\x20ftypisom'), 'video/mp4'],
    [head('\0\0\0\x20ftypmp42'), 'video/mp4'],
    [head('\0\0\0\x14ftypqt  '), 'video/quicktime'],
    [head('\0\0\0\x08wide\0\0\0\0mdat'), 'video/quicktime'],
    [head('\0\0\0\x20ftypM4A '), 'audio/mp4'],
    [head('\0\0\0\x20ftyp3gp5'), 'video/3gpp'],
    [head('\0\0\0\x20ftypavif'), 'image/avif'],
    [head('\0\0\0\x20ftypheic'), 'image/heic'],
    [head('\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska'), 'video/x-matroska'],
    [head('\x1a\x45\xdf\xa3\x93\x42\x82\x84webm'), 'video/webm'],
    [head('RIFF\0\0\0\0AVI LIST'), 'video/x-msvideo'],
    [head('RIFF\0\0\0\0WAVEfmt '), 'audio/wav'],
    [head('RIFF\0\0\0\0WEBPVP8 '), 'image/webp'],
    [transport(188, 0), 'video/mp2t'],
    [transport(192, 4), 'video/mp2t'],
    [hex('000001ba44'), 'video/mpeg'],
    [head('ID3\x04\0'), 'audio/mpeg'],
    [hex('fffb9064'), 'audio/mpeg'],
    [hex('fff15080'), 'audio/aac'],
    [head('fLaC'), 'audio/flac'],
    [head('OggS\0\x02'), 'audio/ogg'],
    [hex('ffd8ffe0'), 'image/jpeg'],
    [hex('89504e470d0a1a0a'), 'image/png'],
    [head('GIF89a'), 'image/gif'],
    [head('%PDF-1.7'), 'application/pdf'],
    [Buffer.from('WEBVTT\n\n'), 'text/vtt'],
  ]
  for (const [bytes, type] of cases) assert.equal(detectFileType(bytes)?.contentType, type)
})

test('everything else is unknown, and is described for the one who sent it', () => {
  const cases: Array<[Buffer, RegExp]> = [
    [Buffer.from('just some text with äöü'), /^text$/],
    [Buffer.from('#EXTM3U\n'), /playlist/],
    [Buffer.from('PK\u0003\u0004\u0014'), /ZIP/],
    [Buffer.from('MZ\u0090'), /program/],
    [Buffer.from('<svg xmlns="x" onload="alert(1)">'), /web page/],
    [Buffer.from([1, 2, 3, 0, 255]), /unknown type/],
    [Buffer.alloc(0), /unknown type/],
    [Buffer.from([0xff]), /unknown type/],
  ]
  for (const [bytes, words] of cases) {
    assert.equal(detectFileType(bytes), undefined)
    assert.match(describeUnknown(bytes), words)
  }
})
