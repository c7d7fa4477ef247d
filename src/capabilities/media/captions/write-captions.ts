import { formatClock } from '../../../kernel/time.ts'
import { assertCues, type Cue } from './caption.ts'
import { plainLines } from './plain-lines.ts'

/** SubRip. The format cannot hold `-->` inside a caption; an arrow stands for it. */
export function writeSrt(cues: readonly Cue[]): string {
  assertCues(cues)
  return cues
    .map((cue, index) => {
      const lines = plainLines(cue.text).map((line) => line.replaceAll('-->', '→'))
      return [index + 1, `${srtTime(cue.startMs)} --> ${srtTime(cue.endMs)}`, ...lines, ''].join('\n')
    })
    .join('\n')
}

function srtTime(ms: number): string {
  return formatClock(ms).replace('.', ',')
}

/** WebVTT. */
export function writeVtt(cues: readonly Cue[]): string {
  assertCues(cues)
  const blocks = cues.map((cue) => {
    const lines = plainLines(cue.text).map((line) =>
      line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    )
    return [`${formatClock(cue.startMs)} --> ${formatClock(cue.endMs)}`, ...lines, ''].join('\n')
  })
  return ['WEBVTT\n', ...blocks].join('\n')
}

export type AssStyle = { width: number; height: number; font: string }

/** Advanced SubStation Alpha, for burning captions into a picture of this size. Times are in hundredths of a second. */
export function writeAss(
  cues: readonly Cue[],
  style: AssStyle = { width: 1920, height: 1080, font: 'Arial' },
): string {
  assertCues(cues)
  const { width, height } = style
  const fontSize = Math.round(Math.min(width, height) / 20)
  const margin = Math.round(height / 18)
  const head = [
    '[Script Info]',
    'ScriptType: v4.00+',
    `PlayResX: ${width}`,
    `PlayResY: ${height}`,
    'WrapStyle: 0',
    'ScaledBorderAndShadow: yes',
    '',
    '[V4+ Styles]',
    'Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding',
    // White with a black outline, in the middle at the bottom.
    `Style: Default,${style.font},${fontSize},&H00FFFFFF,&H00FFFFFF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,${Math.max(1, Math.round(fontSize / 18))},0,2,${margin},${margin},${margin},1`,
    '',
    '[Events]',
    'Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text',
  ]
  const events = cues.map((cue) => {
    const start = Math.round(cue.startMs / 10)
    // A caption of a few milliseconds still needs its hundredth.
    const end = Math.max(start + 1, Math.round(cue.endMs / 10))
    const text = plainLines(cue.text)
      .map(assText)
      .join(String.raw`\N`)
    return `Dialogue: 0,${assTime(start)},${assTime(end)},Default,,0,0,0,,${text}`
  })
  return `${[...head, ...events].join('\n')}\n`
}

// A word joiner keeps a backslash from forming \N, \h or an escaped brace with what follows.
function assText(line: string): string {
  return line.replaceAll('\\', '\\\u2060').replace(/[{}]/g, String.raw`\$&`)
}

function assTime(hundredths: number): string {
  const pad = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const seconds = hundredths / 100
  return `${Math.floor(seconds / 3600)}:${pad((seconds / 60) % 60)}:${pad(seconds % 60)}.${pad(hundredths % 100)}`
}
