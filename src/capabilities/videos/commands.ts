import { dirname, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { formatDuration } from '../../kernel/time.ts'
import type { CliContext } from '../../platform/cli/cli-context.ts'
import { needFile } from '../../platform/cli/need-file.ts'
import { videoErrors } from './errors.ts'
import { captionStyles } from './scenes/captions.ts'
import { themeNames, type ThemeName } from './scenes/themes.ts'
import { readTextFile } from './make/read-text-file.ts'
import type { MadeVideo } from './make/make-video.ts'
import type { Storyboard } from './storyboard/storyboard.ts'

type MakeOptions = {
  topic?: string
  script?: string
  storyboard?: string
  minutes?: string
  seconds?: string
  format: Storyboard['format']
  voice?: string
  language: string
  theme: ThemeName
  captions: (typeof captionStyles)[number]
  music: string
  out: string
}

/** `make`: a whole video on this machine, without a server. */
export function videoCommands(program: Command, cli: CliContext, machine: { path?: string }): void {
  program
    .command('make')
    .description(
      'make a narrated, captioned video from a topic, a script or a storyboard; needs no server, no key and no network',
    )
    .option('--topic <text>', 'what the video is about')
    .option('--script <file>', 'your own text, spoken as it is; with --topic as the title')
    .option('--storyboard <file>', 'a storyboard.json, such as one from an earlier call that was edited')
    .option('--minutes <number>', 'how long, 0.25 to 20')
    .option('--seconds <number>', 'how long, 15 to 1200')
    .addOption(
      new Option('--format <shape>', 'shape of the picture').choices(['16:9', '9:16', '1:1']).default('9:16'),
    )
    .option('--voice <voice>', 'a voice by name, such as slt or rms')
    .option('--language <tag>', 'language of what is spoken', 'en')
    .addOption(new Option('--theme <theme>', 'how it looks').choices([...themeNames]).default('midnight'))
    .addOption(
      new Option('--captions <style>', 'how captions look').choices([...captionStyles]).default('karaoke'),
    )
    .option('--music <bed>', 'warm, bright, calm, drive, auto or none', 'auto')
    .requiredOption('--out <folder>', 'where the results go; made if it is not there')
    .action(async (options: MakeOptions) => {
      const progress = cli.progress('Making the video')
      const made = await make(options, cli, machine, (percent) => progress.update(percent))
      progress.done()
      cli.out(made, describe(made))
    })
}

async function make(
  options: MakeOptions,
  cli: CliContext,
  machine: { path?: string },
  onProgress: (percent: number) => void,
): Promise<MadeVideo> {
  // Loaded on use: the typefaces, voices and media libraries are large, and other commands do without them.
  const [{ makeVideo }, { planMake }, { openSpeech }, { createMediaEngine }] = await Promise.all([
    import('./make/make-video.ts'),
    import('./make/plan-make.ts'),
    import('../../providers/speech/index.ts'),
    import('../../platform/ffmpeg/engine.ts'),
  ])
  const durationMs = lengthOf(options)
  // Only what speaks on this machine: this command needs no key and no network.
  const speech = openSpeech({
    elevenLabsUrl: '',
    elevenLabsModel: '',
    speechModel: '',
    searchPath: machine.path,
  })
  try {
    const storyboardPath = options.storyboard ? await needFile(options.storyboard) : undefined
    const { storyboard, script } = await planMake(
      { speech },
      {
        topic: options.topic,
        ownText: options.script ? await readTextFile(await needFile(options.script)) : undefined,
        storyboardJson: storyboardPath ? await readTextFile(storyboardPath) : undefined,
        durationMs,
        format: options.format,
        theme: options.theme,
        language: options.language,
        voiceId: options.voice,
        captionStyle: options.captions,
        music: options.music,
      },
    )
    const engine = createMediaEngine({ ffmpegPath: cli.config.ffmpegPath, log: cli.log })
    const folder = storyboardPath ? dirname(storyboardPath) : process.cwd()
    return await makeVideo(
      { speech, engine },
      { storyboard, script, folder, outDir: resolve(options.out), signal: cli.signal, onProgress, nice: 0 },
    )
  } finally {
    await speech.close()
  }
}

function lengthOf({ minutes, seconds }: MakeOptions): number | undefined {
  if (minutes === undefined && seconds === undefined) return undefined
  const wanted = seconds === undefined ? Number(minutes) * 60 : Number(seconds)
  if (!(wanted >= 15 && wanted <= 1_200)) {
    throw videoErrors.badLength(
      `${seconds ?? minutes} ${seconds === undefined ? 'minutes' : 'seconds'} is not a length of 15 seconds to 20 minutes.`,
    )
  }
  return wanted * 1000
}

function describe(made: MadeVideo): string {
  return [
    made.video,
    `${formatDuration(made.durationMs)}, ${made.width} × ${made.height}, ${made.frames} frames, captions ${made.captions.style}`,
    `Title: ${made.seo.titles[0]}`,
    `Thumbnails: ${made.thumbnails.join(', ')}`,
    ...made.notes,
    `Cost: 0. Sources and costs: ${made.receipt}`,
  ].join('\n')
}
