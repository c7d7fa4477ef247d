import { readFile } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import type { CliContext } from '../../../platform/cli/cli-context.ts'
import { needFile } from '../../../platform/cli/need-file.ts'
import { parseSrt, parseVtt } from '../captions/parse-captions.ts'
import { mediaErrors } from '../errors.ts'
import { openEngine } from '../open-engine.ts'
import type { Package } from '../package.ts'
import type { CaptionTrack } from './caption-track.ts'
import type { PackageEncryption } from './encrypt-package.ts'

type PackageFlags = {
  out: string
  maxHeight?: string
  allSizes?: boolean
  captions: string[]
  keyFile?: string
  keyUri?: string
}

/** `media package`: a streaming package from a plain file, without a server. */
export function packageCommand(group: Command, cli: CliContext): void {
  group
    .command('package')
    .description('make an HLS and DASH package that plays on the web and on phones')
    .argument('<file>', 'path of a recording')
    .requiredOption('--out <directory>', 'where playlists and segments go')
    .option(
      '--max-height <pixels>',
      'short side of the largest quality (default: of the source, at most 2160)',
    )
    .option('--all-sizes', 'every standard size from the source down to 240p')
    .option('--captions <language=file>', 'an SRT or WebVTT file; may be repeated', collect, [])
    .option('--key-file <file>', 'encrypt for HLS with these 16 bytes (AES-128)')
    .option('--key-uri <uri>', 'where players ask for the key')
    .action(async (path: string, flags: PackageFlags) => {
      const file = await needFile(path)
      const outDir = resolve(flags.out)
      const captions = await Promise.all(flags.captions.map(readCaptions))
      const encryption = await readEncryption(flags)
      const { packageMedia } = await import('../package-media.ts')
      const bar = cli.progress('Packaging')
      const made = await packageMedia(
        { engine: await openEngine(cli) },
        {
          path: file,
          outDir,
          maxHeight: readHeight(flags.maxHeight),
          sizes: flags.allSizes ? 'all' : 'few',
          captions,
          encryption,
          signal: cli.signal,
          onProgress: ({ percent }) => bar.update(percent ?? 0),
        },
      )
      bar.done()
      const paths = { hls: join(outDir, made.hls), dash: made.dash && join(outDir, made.dash) }
      cli.out({ ...made, ...paths }, describePackage(made, paths))
    })
}

function collect(value: string, before: string[]): string[] {
  return [...before, value]
}

async function readCaptions(text: string): Promise<CaptionTrack> {
  const [, language = '', path = ''] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (!path) throw mediaErrors.badCaptions(`--captions "${text}" is not LANGUAGE=FILE.`)
  const content = await readFile(await needFile(path), 'utf8')
  const cues = extname(path).toLowerCase() === '.srt' ? parseSrt(content) : parseVtt(content)
  const name = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'code' })
  return { language, name: languageName(name, language), cues }
}

function languageName(names: Intl.DisplayNames, language: string): string {
  try {
    return names.of(language) ?? language
  } catch (cause) {
    throw mediaErrors.badCaptions(`"${language}" is not a language code such as en or de-CH.`, { cause })
  }
}

async function readEncryption({ keyFile, keyUri }: PackageFlags): Promise<PackageEncryption | undefined> {
  if (keyFile === undefined && keyUri === undefined) return undefined
  if (keyFile === undefined || keyUri === undefined) {
    throw mediaErrors.badKey('To encrypt, both --key-file and --key-uri are needed.')
  }
  const key = await readFile(await needFile(keyFile))
  if (key.length !== 16) throw mediaErrors.badKey(`The key has ${key.length} bytes, and AES-128 needs 16.`)
  if (/["\r\n]/.test(keyUri)) throw mediaErrors.badKey('The address of the key cannot stand in a playlist.')
  return { key, keyUri }
}

function readHeight(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const height = Number(text)
  if (Number.isInteger(height) && height >= 16 && height <= 2160) return height
  throw mediaErrors.badDimensions(`--max-height "${text}" is not a whole number from 16 to 2160.`)
}

function describePackage(made: Package, paths: { hls: string; dash: string | null }): string {
  const rows = made.renditions.map(
    (one) =>
      `  ${one.name.padEnd(6)}  ${one.width} × ${one.height}, ${Math.round(one.bitrate / 1000)} kbit/s${one.copied ? ', the source’s own video' : ''}`,
  )
  const captions = made.captions.map(({ language, cues }) => `  captions ${language}, ${cues} in all`)
  const files = [paths.hls, ...(paths.dash ? [paths.dash] : [])]
  return [...files, ...rows, ...captions, ...made.notes.map((note) => `  ${note}`)].join('\n')
}
