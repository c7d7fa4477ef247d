import { readFile, writeFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { formatMicros } from '../../../kernel/money.ts'
import type { CliContext } from '../../../platform/cli/cli-context.ts'
import { tableText } from '../../../platform/cli/layout.ts'
import { failureOf } from '../../../platform/cli/problem-failure.ts'
import type { VoiceRow } from './list-voices.ts'

type SpeakOptions = {
  text?: string
  file?: string
  voice?: string
  language?: string
  gender?: string
  out?: string
}

type Spoken = {
  voiceId: string
  durationMs: number
  costMicros: number
  sentences: Array<{ words: unknown[] }>
}

/** `models voices` and `models speak`. */
export function speakCommands(group: Command, cli: CliContext): void {
  group
    .command('voices')
    .description('the voices that can speak now')
    .option('--language <tag>', 'only those that speak it')
    .action(async (query: { language?: string }) => {
      const list = await (
        await cli.api()
      ).get<{ items: VoiceRow[]; silent: Array<{ vendor: string; message: string }> }>('/models/voices', {
        query,
      })
      const rows = list.items.map((voice) => ({
        voice: voice.id,
        name: voice.label,
        languages: voice.languages.join(' ') || 'any',
        gender: voice.gender,
        wordTimes: voice.wordTimes,
        wordsPerMinute: `${voice.wordsPerMinute}${voice.isPaceMeasured ? '' : ' (about)'}`,
        minute: voice.microsPerMinute === null ? 'no price' : formatMicros(voice.microsPerMinute),
      }))
      const silent = list.silent.map(({ vendor, message }) => `\n${vendor}: ${message}`).join('')
      cli.out(list, `${tableText(rows)}${silent}`)
    })

  group
    .command('speak')
    .description('speak a text into a WAV file')
    .option('--text <text>', 'plain text, or SSML in <speak>')
    .addOption(new Option('--file <path>', 'the same from a file').conflicts('text'))
    .option('--voice <id>', 'see "models voices" (default: the first for the language)')
    .option('--language <tag>', 'such as en or de-AT', 'en')
    .addOption(new Option('--gender <gender>').choices(['female', 'male', 'neutral']))
    .option('--out <file>', 'where the sound goes; without it only the word times are shown')
    .action(async ({ text, file, voice, out, language, gender }: SpeakOptions) => {
      const body = {
        text: file === undefined ? (text ?? '') : await readFile(file, 'utf8'),
        language,
        ...(voice ? { voiceId: voice } : {}),
        ...(gender ? { gender } : {}),
      }
      const api = await cli.api()
      const spoken = await api.post<Spoken>('/models/speech', body)
      if (out !== undefined) await saveSound(cli, body, out)
      const words = spoken.sentences.reduce((sum, sentence) => sum + sentence.words.length, 0)
      const facts = [
        spoken.voiceId,
        `${(spoken.durationMs / 1000).toFixed(1)} s`,
        `${words} words`,
        formatMicros(spoken.costMicros),
      ]
      cli.out(
        { ...spoken, ...(out === undefined ? {} : { out }) },
        `${out ? `${out}: ` : ''}${facts.join(' · ')}`,
      )
    })
}

/** The sentences were kept a moment ago, so this neither speaks nor costs again. */
async function saveSound(cli: CliContext, body: object, out: string): Promise<void> {
  const answer = await (
    await cli.api()
  ).fetch('/api/v1/models/speech', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'audio/wav' },
    body: JSON.stringify(body),
    signal: cli.signal,
  })
  if (!answer.ok) throw await failureOf(answer)
  await writeFile(out, Buffer.from(await answer.arrayBuffer()))
}
