/** What all scenes of a video are drawn with. Colours are `#rrggbb`. */
export type Theme = {
  name: string
  /** Two colours of the ground, from the top to the bottom. */
  ground: [string, string]
  /** How the ground moves: see background.ts. */
  pattern: 'glow' | 'paper' | 'poster' | 'leaves' | 'board' | 'clouds'
  /** Text on the ground. */
  ink: string
  /** Second-rank text on the ground. */
  muted: string
  accent: string
  accent2: string
  accent3: string
  /** Cards, and text on them. */
  surface: string
  surfaceInk: string
  display: FontFamily
  displayWeight: number
  /** Space between the letters of display type, as a share of its size. */
  tracking: number
  /** Space between lines of display type, as a share of its size. */
  leading: number
  isUppercase?: boolean
  /** Corner radius of cards in units of a 1080-pixel picture. */
  radius: number
}

export const fontFamilies = ['Inter', 'Bricolage Grotesque', 'Fraunces', 'Space Grotesk', 'Anton'] as const
export type FontFamily = (typeof fontFamilies)[number]

export const themeNames = ['midnight', 'paper', 'signal', 'grove', 'chalk', 'blossom'] as const
export type ThemeName = (typeof themeNames)[number]

export const themes: Record<ThemeName, Theme> = {
  midnight: {
    name: 'midnight',
    ground: ['#0b1026', '#1b1445'],
    pattern: 'glow',
    ink: '#f5f6ff',
    muted: '#a9b0d8',
    accent: '#5ce1e6',
    accent2: '#a78bfa',
    accent3: '#ff7ab6',
    surface: '#1d2350',
    surfaceInk: '#f5f6ff',
    display: 'Inter',
    displayWeight: 800,
    tracking: -0.03,
    leading: 1.08,
    radius: 36,
  },
  paper: {
    name: 'paper',
    ground: ['#fbf6ea', '#f3ead6'],
    pattern: 'paper',
    ink: '#1f1b16',
    muted: '#6f6553',
    accent: '#d7402b',
    accent2: '#1f5f8b',
    accent3: '#e0a030',
    surface: '#fffdf7',
    surfaceInk: '#1f1b16',
    display: 'Fraunces',
    displayWeight: 700,
    tracking: -0.02,
    leading: 1.1,
    radius: 10,
  },
  signal: {
    name: 'signal',
    ground: ['#ffd60a', '#ffc300'],
    pattern: 'poster',
    ink: '#111111',
    muted: '#5b4a00',
    accent: '#e5002b',
    accent2: '#111111',
    accent3: '#0047ff',
    surface: '#111111',
    surfaceInk: '#ffffff',
    display: 'Anton',
    displayWeight: 400,
    tracking: 0,
    leading: 1.16,
    isUppercase: true,
    radius: 0,
  },
  grove: {
    name: 'grove',
    ground: ['#123328', '#0c231c'],
    pattern: 'leaves',
    ink: '#f3f7e9',
    muted: '#a6c3ae',
    accent: '#c6f068',
    accent2: '#ffb38a',
    accent3: '#7fd6c2',
    surface: '#1c4a3a',
    surfaceInk: '#f3f7e9',
    display: 'Bricolage Grotesque',
    displayWeight: 800,
    tracking: -0.025,
    leading: 1.06,
    radius: 44,
  },
  chalk: {
    name: 'chalk',
    ground: ['#14171c', '#0e1014'],
    pattern: 'board',
    ink: '#f2f0e6',
    muted: '#9aa3ad',
    accent: '#58c4dd',
    accent2: '#ffd866',
    accent3: '#83c167',
    surface: '#20252d',
    surfaceInk: '#f2f0e6',
    display: 'Space Grotesk',
    displayWeight: 700,
    tracking: -0.02,
    leading: 1.1,
    radius: 20,
  },
  blossom: {
    name: 'blossom',
    ground: ['#ffe3ec', '#e2e4ff'],
    pattern: 'clouds',
    ink: '#2a1b4a',
    muted: '#75669a',
    accent: '#e0358b',
    accent2: '#5b4be0',
    accent3: '#f08a3c',
    surface: '#ffffff',
    surfaceInk: '#2a1b4a',
    display: 'Bricolage Grotesque',
    displayWeight: 700,
    tracking: -0.02,
    leading: 1.08,
    radius: 52,
  },
}
