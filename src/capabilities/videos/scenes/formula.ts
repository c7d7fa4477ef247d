/** A part of a formula. Sizes and places come later, with a typeface. */
export type FormulaNode =
  | { kind: 'glyph'; text: string; isItalic: boolean; isOperator: boolean }
  | { kind: 'row'; parts: FormulaNode[] }
  | { kind: 'raised'; base: FormulaNode; up?: FormulaNode; down?: FormulaNode }
  | { kind: 'fraction'; over: FormulaNode; under: FormulaNode }
  | { kind: 'root'; inner: FormulaNode }

const signs: Record<string, string> = {
  alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', epsilon: 'ε', zeta: 'ζ', eta: 'η', theta: 'θ', kappa: 'κ',
  lambda: 'λ', mu: 'μ', nu: 'ν', xi: 'ξ', pi: 'π', rho: 'ρ', sigma: 'σ', tau: 'τ', phi: 'φ', chi: 'χ', psi: 'ψ',
  omega: 'ω', Gamma: 'Γ', Delta: 'Δ', Theta: 'Θ', Lambda: 'Λ', Pi: 'Π', Sigma: 'Σ', Phi: 'Φ', Omega: 'Ω',
  cdot: '·', times: '×', div: '÷', pm: '±', le: '≤', ge: '≥', ne: '≠', approx: '≈', infty: '∞', sum: '∑',
  int: '∫', to: '→', partial: '∂', degree: '°', quad: '\u2003',
} // prettier-ignore

/** Every sign that a formula can show beside what is typed: a typeface has to be ready for them. */
export const formulaSigns: string = `${Object.values(signs).join('')}−`

const operators = new Set('+−=<>×·÷±≤≥≠≈→')

/** What is wrong with a formula, thrown by `parseFormula`. */
export class FormulaError extends Error {}

/**
 * Reads a small part of LaTeX: letters, numbers, `^`, `_`, braces, `\frac{a}{b}`, `\sqrt{x}`, Greek letters, the usual
 * signs and `\text{words}`. Throws a FormulaError for anything else.
 */
export function parseFormula(source: string): FormulaNode {
  const tokens = source.match(/\\[A-Za-z]+|\d+(?:[.,]\d+)*|[\s\S]/gu) ?? []
  let at = 0
  const glyph = (text: string, isItalic: boolean): FormulaNode => ({
    kind: 'glyph',
    text,
    isItalic,
    isOperator: operators.has(text),
  })

  function group(): FormulaNode {
    if (tokens[at] !== '{') {
      if (at >= tokens.length) throw new FormulaError(`"${source}" ends too early`)
      return atom()
    }
    at++
    const inner = row('}')
    if (tokens[at++] !== '}') throw new FormulaError(`"${source}" lacks a closing brace`)
    return inner
  }

  function words(): FormulaNode {
    if (tokens[at++] !== '{') throw new FormulaError('\\text needs braces')
    let text = ''
    while (at < tokens.length && tokens[at] !== '}') text += tokens[at++]
    at++
    return glyph(text, false)
  }

  function atom(): FormulaNode {
    const token = tokens[at++]!
    if (token === '{') {
      at--
      return group()
    }
    if (token === '\\frac') return { kind: 'fraction', over: group(), under: group() }
    if (token === '\\sqrt') return { kind: 'root', inner: group() }
    if (token === '\\text') return words()
    if (token.startsWith('\\')) {
      const sign = signs[token.slice(1)]
      if (sign === undefined) throw new FormulaError(`"${token}" is not known`)
      return glyph(sign, /\p{Ll}/u.test(sign))
    }
    if (token === '}' || token === '^' || token === '_')
      throw new FormulaError(`"${token}" stands in the wrong place`)
    return glyph(token === '-' ? '−' : token === '*' ? '·' : token, /\p{L}/u.test(token))
  }

  function row(end?: string): FormulaNode {
    const parts: FormulaNode[] = []
    while (at < tokens.length && tokens[at] !== end) {
      if (/\s/.test(tokens[at]!)) {
        at++
        continue
      }
      let node = atom()
      while (tokens[at] === '^' || tokens[at] === '_') {
        const isUp = tokens[at++] === '^'
        const raised = node.kind === 'raised' ? node : { kind: 'raised' as const, base: node }
        node = isUp ? { ...raised, up: group() } : { ...raised, down: group() }
      }
      parts.push(node)
    }
    return parts.length === 1 ? parts[0]! : { kind: 'row', parts }
  }

  const whole = row()
  if (at < tokens.length) throw new FormulaError(`"${source}" has a brace too many`)
  return whole
}

/** A sign or line of a formula with its place, relative to the left end of the baseline. */
export type FormulaMark =
  | { kind: 'glyph'; text: string; isItalic: boolean; x: number; y: number; size: number }
  | { kind: 'line'; x: number; y: number; width: number; size: number }
  | { kind: 'root'; x: number; y: number; width: number; rise: number; drop: number; size: number }

export type FormulaBox = { marks: FormulaMark[]; width: number; rise: number; drop: number }

/** Places the signs of a formula. `measure` gives the width of text at size 1. */
export function layFormula(
  node: FormulaNode,
  size: number,
  measure: (text: string, isItalic: boolean) => number,
): FormulaBox {
  const lay = (inner: FormulaNode, innerSize: number) => layFormula(inner, innerSize, measure)
  switch (node.kind) {
    case 'glyph': {
      const gap = node.isOperator ? size * 0.24 : 0
      const width = measure(node.text, node.isItalic) * size
      const mark = { kind: 'glyph', text: node.text, isItalic: node.isItalic, x: gap, y: 0, size } as const
      return { marks: [mark], width: width + gap * 2, rise: size * 0.74, drop: size * 0.24 }
    }
    case 'row':
      return node.parts
        .map((part) => lay(part, size))
        .reduce(beside, { marks: [], width: 0, rise: size * 0.5, drop: size * 0.1 })
    case 'raised': {
      const base = lay(node.base, size)
      const up =
        node.up && moved(lay(node.up, size * 0.64), base.width + size * 0.03, -(base.rise - size * 0.3))
      const down =
        node.down && moved(lay(node.down, size * 0.64), base.width + size * 0.03, base.drop + size * 0.02)
      return [up, down].filter((part) => part !== undefined).reduce(around, base)
    }
    case 'fraction': {
      const over = lay(node.over, size * 0.82)
      const under = lay(node.under, size * 0.82)
      const width = Math.max(over.width, under.width) + size * 0.3
      const axis = -size * 0.27
      const gap = size * 0.14
      const top = moved(over, (width - over.width) / 2, axis - gap - over.drop)
      const bottom = moved(under, (width - under.width) / 2, axis + gap + under.rise)
      const line = { kind: 'line', x: size * 0.04, y: axis, width: width - size * 0.08, size } as const
      return { marks: [...top.marks, line, ...bottom.marks], width, rise: top.rise, drop: bottom.drop }
    }
    case 'root': {
      const inner = moved(lay(node.inner, size), size * 0.62, 0)
      const rise = inner.rise + size * 0.16
      const mark = {
        kind: 'root',
        x: 0,
        y: 0,
        width: inner.width + size * 0.7,
        rise,
        drop: inner.drop,
        size,
      } as const
      return {
        marks: [mark, ...inner.marks],
        width: inner.width + size * 0.76,
        rise: rise + size * 0.08,
        drop: inner.drop,
      }
    }
  }
}

function moved(box: FormulaBox, x: number, y: number): FormulaBox {
  const marks = box.marks.map((mark) => ({ ...mark, x: mark.x + x, y: mark.y + y }))
  return { marks, width: box.width, rise: box.rise - y, drop: box.drop + y }
}

function beside(a: FormulaBox, b: FormulaBox): FormulaBox {
  const marks = [...a.marks, ...moved(b, a.width, 0).marks]
  return { marks, width: a.width + b.width, rise: Math.max(a.rise, b.rise), drop: Math.max(a.drop, b.drop) }
}

function around(a: FormulaBox, b: FormulaBox): FormulaBox {
  const right = Math.max(a.width, ...b.marks.map((mark) => mark.x)) + b.width * 0
  return {
    marks: [...a.marks, ...b.marks],
    width: Math.max(right, (b.marks[0]?.x ?? 0) + b.width),
    rise: Math.max(a.rise, b.rise),
    drop: Math.max(a.drop, b.drop),
  }
}
