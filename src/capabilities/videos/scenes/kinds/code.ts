import type { SceneOf } from '../../storyboard/scene-schemas.ts'
import { mixColours, withOpacity } from '../colour.ts'
import { easeOut, easeOutExpo, progress } from '../easing.ts'
import { type Kit, type Moment, withAlpha } from '../kit.ts'
import { fillBox } from '../shapes.ts'
import { applyFont } from '../text.ts'

const desk = '#14161f'
const pale = '#e6e9f2'

/** A window with code that types itself; marked lines light up. */
export function drawCode(kit: Kit, scene: SceneOf<'code'>, at: Moment): void {
  const { ctx, unit, theme } = kit
  const isTall = kit.height > kit.width * 1.2
  const box = isTall ? { ...kit.content, x: kit.width * 0.035, width: kit.width * 0.93 } : kit.content
  const lines = kit.memo('lines', () =>
    scene.code.replaceAll('\t', '  ').replace(/\s+$/, '').split('\n').map(tokensOf),
  )
  const bar = 84 * unit
  applyFont(kit, { role: 'mono', weight: 500 }, 100)
  const cell = ctx.measureText('0').width / 100
  const longest =
    Math.max(12, ...lines.map((line) => line.reduce((sum, token) => sum + token.text.length, 0))) + 4
  const sizePx = Math.min(
    46 * unit,
    (box.width - 80 * unit) / (longest * cell),
    (box.height - bar - 80 * unit) / (lines.length * 1.55),
  )
  const step = sizePx * 1.55
  const height = Math.min(box.height, bar + step * lines.length + 80 * unit)
  const top = box.y + (box.height - height) / 2
  const enter = easeOutExpo(progress(at.ms + 260, 0, 700))
  ctx.save()
  ctx.translate(0, (1 - enter) * 80 * unit)
  ctx.fillStyle = withOpacity('#000000', 0.28)
  fillBox(ctx, { x: box.x + 14 * unit, y: top + 20 * unit, width: box.width, height }, 30 * unit)
  ctx.fillStyle = desk
  fillBox(ctx, { x: box.x, y: top, width: box.width, height }, 30 * unit)
  ;['#ff5f57', '#febc2e', '#28c840'].forEach((colour, index) => {
    ctx.fillStyle = colour
    ctx.beginPath()
    ctx.arc(box.x + (46 + index * 40) * unit, top + bar / 2, 12 * unit, 0, Math.PI * 2)
    ctx.fill()
  })
  applyFont(kit, { role: 'mono', weight: 500 }, 30 * unit)
  ctx.fillStyle = withOpacity(pale, 0.6)
  ctx.textAlign = 'center'
  ctx.fillText(scene.title ?? scene.language, box.x + box.width / 2, top + bar / 2 + 10 * unit)
  ctx.textAlign = 'left'

  const total = lines.reduce(
    (sum, line) => sum + line.reduce((length, token) => length + token.text.length, 0),
    0,
  )
  const typeMs = Math.min(at.durationMs * 0.55, total * 28)
  let left = Math.ceil(total * Math.max(0.06, progress(at.ms + 200, 0, typeMs)))
  const marked = easeOut(progress(at.ms, typeMs + 200, 500))
  lines.forEach((line, index) => {
    const y = top + bar + 30 * unit + step * (index + 0.7)
    const isMarked = scene.highlight.includes(index + 1)
    if (isMarked && marked > 0) {
      ctx.fillStyle = withOpacity(theme.accent, 0.2)
      ctx.fillRect(box.x, y - step * 0.7, box.width * marked, step)
      ctx.fillStyle = theme.accent
      ctx.fillRect(box.x, y - step * 0.7, 8 * unit, step)
    }
    applyFont(kit, { role: 'mono', weight: isMarked ? 700 : 500 }, sizePx)
    const isDim = scene.highlight.length > 0 && !isMarked
    withAlpha(kit, isDim ? 1 - marked * 0.55 : 1, () => {
      ctx.fillStyle = withOpacity(pale, 0.3)
      ctx.fillText(String(index + 1).padStart(2), box.x + 28 * unit, y)
      let x = box.x + 28 * unit + cell * sizePx * 3.5
      for (const token of line) {
        const text = token.text.slice(0, Math.max(0, left))
        left -= token.text.length
        if (text !== '') {
          ctx.fillStyle = colourOf(kit, token.kind)
          ctx.fillText(text, x, y)
        }
        x += token.text.length * cell * sizePx
      }
    })
  })
  ctx.restore()
}

type Token = { text: string; kind: 'word' | 'keyword' | 'text' | 'number' | 'comment' | 'sign' | 'call' }

const keywords = new Set(
  'abstract and as assert async await break case catch class const continue def default del delete do elif else enum except export extends false False finally fn for from func function go if impl implements import in interface is lambda let match mod mut new nil None not null of or package pass pub public private raise return self static struct super switch this throw trait true True try type typeof undefined use var void while with yield select insert update where join group order by having limit SELECT FROM WHERE'.split(
    ' ',
  ),
)

/** Colours of code by simple signs that nearly all languages share. */
export function tokensOf(line: string): Token[] {
  const pattern =
    /(\/\/.*|#(?![0-9a-fA-F]{3,8}\b).*|--\s.*)|("(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|`(?:\\.|[^`\\])*`?)|(\b\d[\w.]*)|([\p{L}_$][\p{L}\p{N}_$]*)(?=(\s*\()?)|(\s+|[^\s])/gu
  return [...line.matchAll(pattern)].map((match): Token => {
    const text = match[0]
    if (match[1] !== undefined) return { text, kind: 'comment' }
    if (match[2] !== undefined) return { text, kind: 'text' }
    if (match[3] !== undefined) return { text, kind: 'number' }
    if (match[4] === undefined) return { text, kind: 'sign' }
    if (keywords.has(text)) return { text, kind: 'keyword' }
    return { text, kind: match[5] === undefined ? 'word' : 'call' }
  })
}

function colourOf(kit: Kit, kind: Token['kind']): string {
  const soft = (colour: string) => mixColours(colour, '#ffffff', 0.38)
  if (kind === 'keyword') return soft('#c678ff')
  if (kind === 'text') return soft('#7ec96b')
  if (kind === 'number') return soft('#ff9d4d')
  if (kind === 'call') return soft('#4fb3ff')
  if (kind === 'comment') return '#7b8299'
  return kind === 'sign' ? '#aab1c7' : pale
}
