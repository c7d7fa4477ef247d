import { execFile, spawn } from 'node:child_process'
import { access, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { MsRange } from '../../kernel/ranges.ts'
import { lowerPriority } from '../../platform/ffmpeg/child.ts'
import { splitLines } from '../../platform/ffmpeg/cli-readers.ts'
import { transcribeErrors } from './errors.ts'
import { readSegments, type Segment } from './pocketsphinx-files.ts'
import type { Sound } from './wav.ts'

/** Where the program and its English model are; Debian's places by default. */
export type PocketsphinxFiles = { program: string; modelDir: string }

export const debianFiles: PocketsphinxFiles = {
  program: '/usr/bin/pocketsphinx_batch',
  modelDir: '/usr/share/pocketsphinx/model/en-us',
}

export const filesOf = ({ modelDir }: PocketsphinxFiles) => ({
  acoustic: join(modelDir, 'en-us'),
  dictionary: join(modelDir, 'cmudict-en-us.dict'),
  languageModel: join(modelDir, 'en-us.lm.bin'),
})

/** True when program and model are on this machine. */
export async function hasPocketsphinx(files: PocketsphinxFiles): Promise<boolean> {
  const { acoustic, dictionary, languageModel } = filesOf(files)
  const found = await Promise.all(
    [files.program, join(acoustic, 'mdef'), dictionary, languageModel].map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  )
  return found.every(Boolean)
}

export type PocketsphinxJob = {
  sound: Sound
  pieces: readonly MsRange[]
  /** Files to write for the run, by name. */
  files?: Record<string, string>
  /** Arguments; `@name` is the path of one of the files. */
  args: string[]
  signal?: AbortSignal
  /** Pieces done so far. */
  onPiece?: (count: number) => void
}

/** Runs one process over all pieces of a sound and returns the words of each piece, in the order of the pieces. */
export async function runPocketsphinx(where: PocketsphinxFiles, job: PocketsphinxJob): Promise<Segment[][]> {
  const dir = await mkdtemp(join(tmpdir(), 'pocketsphinx-'))
  try {
    // A list of pieces is separated by spaces, so the sound gets a name without any.
    await symlink(resolve(job.sound.path), join(dir, 'sound.wav'))
    const list = job.pieces.map(
      ({ startMs, endMs }, index) => `sound ${Math.floor(startMs / 10)} ${Math.ceil(endMs / 10)} p${index}`,
    )
    await writeFile(join(dir, 'pieces.ctl'), `${list.join('\n')}\n`)
    for (const [name, text] of Object.entries(job.files ?? {})) await writeFile(join(dir, name), text)
    const known = await knownOptions(where.program)
    const optional = (name: string, value: string) => (known.has(name) ? [name, value] : [])
    const args = [
      '-adcin',
      'yes',
      '-adchdr',
      String(job.sound.headerBytes),
      '-ctl',
      join(dir, 'pieces.ctl'),
      '-cepdir',
      dir,
      '-cepext',
      '.wav',
      '-hmm',
      filesOf(where).acoustic,
      '-hypseg',
      join(dir, 'words.seg'),
      '-bestpath',
      'no',
      // Dropping silence would shift every time after it; newer versions do not do it.
      ...optional('-remove_silence', 'no'),
      ...job.args.map((arg) => (arg.startsWith('@') ? join(dir, arg.slice(1)) : arg)),
    ]
    await run(where.program, args, job)
    const text = await readFile(join(dir, 'words.seg'), 'utf8').catch((cause: unknown) => {
      throw transcribeErrors.failed('pocketsphinx left no result.', { cause })
    })
    const found = readSegments(text)
    return job.pieces.map((_, index) => found.get(`p${index}`) ?? [])
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

function run(program: string, args: string[], job: PocketsphinxJob): Promise<void> {
  return new Promise((done, refuse) => {
    if (job.signal?.aborted) return refuse(job.signal.reason)
    const child = spawn(program, args, { env: {}, stdio: ['ignore', 'ignore', 'pipe'] })
    if (child.pid) lowerPriority(child.pid, 10)
    let tail = ''
    let count = 0
    const lines = splitLines((line) => {
      if (/ p\d+: [\d.]+ seconds speech/.test(line)) job.onPiece?.((count += 1))
    })
    const onAbort = () => child.kill('SIGKILL')
    job.signal?.addEventListener('abort', onAbort, { once: true })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-2_000)
      lines.add(text)
    })
    child.once('error', (cause) =>
      refuse(transcribeErrors.failed('pocketsphinx could not be started.', { cause })),
    )
    child.once('close', (code, killedBy) => {
      job.signal?.removeEventListener('abort', onAbort)
      if (job.signal?.aborted) return refuse(job.signal.reason)
      if (code === 0) return done()
      refuse(
        transcribeErrors.failed(`pocketsphinx ended ${killedBy ? `by ${killedBy}` : `with code ${code}`}.`, {
          detail: { stderr: tail },
        }),
      )
    })
  })
}

/** The options that this version lists when it is called without any. */
function knownOptions(program: string): Promise<Set<string>> {
  return new Promise((done) => {
    // It prints its options and fails, for it was given nothing to do.
    execFile(program, [], { env: {}, timeout: 10_000 }, (_error, stdout, stderr) =>
      done(new Set((stdout + stderr).match(/^-\w+/gm) ?? [])),
    )
  })
}
