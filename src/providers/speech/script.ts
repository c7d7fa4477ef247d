import { speechErrors } from './errors.ts'
import { plainStyle, type ScriptItem } from './script-item.ts'
import { readSsml } from './ssml.ts'

export type ScriptFormat = 'text' | 'ssml'

/** How a word of the user's own is said: another way to write it, or IPA. */
export type LexiconEntry = { word: string; sayAs?: string; ipa?: string }

export const mostScriptChars = 300_000

/**
 * Reads a script. Plain text has paragraphs at blank lines and sentences at line ends of lists; SSML is read by
 * `readSsml`. Control characters go. Fails with `speech.tooLong`, `speech.badMarkup` or `speech.nothingToSay`.
 */
export function readScript(source: string, format: ScriptFormat, language: string): ScriptItem[] {
  if (source.length > mostScriptChars)
    throw speechErrors.tooLong(`The script has ${source.length} characters.`)
  const clean = source
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    // oxlint-disable-next-line no-control-regex -- these are what must go
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufeff\u200b]+/g, ' ')
  const items = format === 'ssml' ? readSsml(clean, language) : readPlain(clean)
  const hasWords = items.some((item) => 'text' in item && /[\p{L}\p{N}]/u.test(item.text))
  if (!hasWords) throw speechErrors.nothingToSay('The script has no words.')
  return items
}

function readPlain(text: string): ScriptItem[] {
  return text
    .split(/\n[ \t]*\n\s*/)
    .flatMap((paragraph): ScriptItem[] => [
      ...paragraph
        .split(/\n(?=[ \t]*(?:[-*•]|\d+[.)])\s)/)
        .flatMap((line): ScriptItem[] => [
          { kind: 'text', text: line.replace(/^[ \t]*[-*•]\s+/, ''), style: plainStyle },
          { kind: 'sentenceEnd' },
        ]),
      { kind: 'paragraphEnd' },
    ])
}

/** `ssml` when the text begins with a `speak` tag. */
export function formatOf(source: string): ScriptFormat {
  return /^\s*(<\?xml[^>]*\?>\s*)?<speak[\s>]/.test(source) ? 'ssml' : 'text'
}
