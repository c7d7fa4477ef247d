import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { speechErrors } from './errors.ts'
import type { SpeakInput, Speech, SpokenPhrase, Voice, VoiceGender } from './port.ts'
import { readWav } from './wave.ts'
import { estimateWordTimes } from './word-estimate.ts'

/** Voices whose licence lets their speech be used in videos that earn money. The others are not offered. */
const usable: Record<
  string,
  { label: string; gender: VoiceGender; language: string; wordsPerMinute: number; licence: string }
> = {
  bdl: {
    label: 'Brian',
    gender: 'male',
    language: 'en-US',
    wordsPerMinute: 207,
    licence: 'GPL-2.0-or-later voice data',
  },
  clb: {
    label: 'Claire',
    gender: 'female',
    language: 'en-US',
    wordsPerMinute: 180,
    licence: 'GPL-2.0-or-later voice data',
  },
  slt: {
    label: 'Salome',
    gender: 'female',
    language: 'en-US',
    wordsPerMinute: 208,
    licence: 'CMU, permissive',
  },
  alan: {
    label: 'Alan',
    gender: 'male',
    language: 'en-GB',
    wordsPerMinute: 190,
    licence: 'GPL-2.0-or-later voice data',
  },
}

const longestMs = 60_000

/**
 * The voices of RHVoice, when its program is installed: clearer than Flite, 24 kHz. The engine is GPL and is run as a
 * program of its own. It says nothing about time, so word times are estimated.
 */
export function rhvoiceSpeech(options: {
  searchPath: string | undefined
  voiceDirs?: readonly string[]
}): Speech {
  const voiceDirs = options.voiceDirs ?? ['/usr/share/RHVoice/voices', '/usr/local/share/RHVoice/voices']
  let found: Promise<{ program: string; voices: Voice[] } | undefined> | undefined
  const find = () => (found ??= findVoices(options.searchPath, voiceDirs))
  return {
    name: 'rhvoice',
    version: 'rhvoice/1',
    isLocal: true,
    voices: async () => (await find())?.voices ?? [],
    async speak(input) {
      const here = await find()
      if (!here) throw speechErrors.failed('RHVoice is not installed.')
      return speak(here.program, input)
    },
  }
}

async function findVoices(searchPath: string | undefined, voiceDirs: readonly string[]) {
  const program = await findProgram('RHVoice-test', searchPath)
  if (!program) return undefined
  const names = (await Promise.all(voiceDirs.map((dir) => readdir(dir).catch(() => [])))).flat()
  return {
    program,
    voices: Object.keys(usable)
      .filter((name) => names.includes(name))
      .map(voiceOf),
  }
}

async function findProgram(name: string, searchPath = ''): Promise<string | undefined> {
  for (const dir of searchPath.split(delimiter).filter(Boolean)) {
    const path = join(dir, name)
    const canRun = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (canRun) return path
  }
  return undefined
}

function voiceOf(name: string): Voice {
  const { label, gender, language, wordsPerMinute, licence } = usable[name]!
  return {
    id: `rhvoice:${name}`,
    vendor: 'rhvoice',
    name,
    label,
    tier: 'standard',
    languages: [language, 'en'],
    gender,
    licence,
    can: ['rate', 'pitch'],
    wordTimes: 'estimated',
    maxChars: 2_000,
    pace: {
      wordsPerMinute,
      charactersPerSecond: Math.round((wordsPerMinute / 60) * 5.65 * 10) / 10,
      isMeasured: true,
    },
    isLocal: true,
  }
}

async function speak(program: string, { voice, phrase, signal }: SpeakInput): Promise<SpokenPhrase> {
  const dir = await mkdtemp(join(tmpdir(), 'creatorops-rhvoice-'))
  try {
    const [text, wav] = [join(dir, 'text'), join(dir, 'out.wav')]
    await writeFile(text, phrase.words.map((word) => word.text).join(' '))
    const pitch = 100 * 2 ** (phrase.pitchSemitones / 12)
    await run(
      program,
      [
        '-p',
        voice.name,
        '-r',
        String(Math.round(phrase.rate * 100)),
        '-t',
        String(Math.round(pitch)),
        '-i',
        text,
        '-o',
        wav,
      ],
      signal,
    )
    const sound = readWav(await readFile(wav))
    return {
      ...sound,
      wordTimes: estimateWordTimes(sound.samples, sound.sampleRateHz, phrase.words),
      timing: 'estimated',
      billedCharacters: 0,
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

function run(program: string, args: string[], signal?: AbortSignal): Promise<void> {
  const limit = AbortSignal.timeout(longestMs)
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      killSignal: 'SIGKILL',
    })
    let said = ''
    child.stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-500)))
    child.on('error', (cause) => {
      reject(signal?.aborted ? signal.reason : speechErrors.failed('RHVoice could not speak.', { cause }))
    })
    child.on('close', (code) => {
      if (code === 0) resolve()
      else reject(speechErrors.failed(`RHVoice ended with ${code}: ${said.trim() || 'no words'}.`))
    })
  })
}
