import {
  Activity,
  CircleDollarSign,
  Clapperboard,
  Cpu,
  FileText,
  Flag,
  FlaskConical,
  House,
  Layers,
  type LucideIcon,
  MessageSquareText,
  Settings,
} from 'lucide-react'
import { shellMessages as m } from './messages.ts'

/** What the places are for: making things, making them better, keeping it all going. */
export const navigationGroups = ['work', 'improve', 'run'] as const
export type NavigationGroup = (typeof navigationGroups)[number]

export type NavigationEntry = {
  href: string
  group: NavigationGroup
  /** Stands in the bar of a phone, which has room for few; the others are behind "More". */
  isOnPhone?: boolean
  label: string
  icon: LucideIcon
  chord: string
  permission?: string
}

/** The places of the Studio, in the order of the rail. Only what exists. */
export const navigation: NavigationEntry[] = [
  { href: '/', group: 'work', isOnPhone: true, label: m.pages.home, icon: House, chord: 'g h' },
  {
    href: '/media',
    group: 'work',
    isOnPhone: true,
    label: m.pages.media,
    icon: Clapperboard,
    chord: 'g m',
    permission: 'assets.read',
  },
  {
    href: '/batches',
    group: 'work',
    label: m.pages.batches,
    icon: Layers,
    chord: 'g b',
    permission: 'clips.read',
  },
  {
    href: '/drafts',
    group: 'work',
    isOnPhone: true,
    label: m.pages.drafts,
    icon: FileText,
    chord: 'g d',
    permission: 'drafts.read',
  },
  {
    href: '/prompts',
    group: 'improve',
    label: m.pages.prompts,
    icon: MessageSquareText,
    chord: 'g p',
    permission: 'prompts.read',
  },
  {
    href: '/experiments',
    group: 'improve',
    label: m.pages.experiments,
    icon: FlaskConical,
    chord: 'g e',
    permission: 'experiments.read',
  },
  {
    href: '/flags',
    group: 'improve',
    label: m.pages.flags,
    icon: Flag,
    chord: 'g f',
    permission: 'flags.read',
  },
  {
    href: '/models',
    group: 'improve',
    label: m.pages.models,
    icon: Cpu,
    chord: 'g o',
    permission: 'models.read',
  },
  {
    href: '/costs',
    group: 'run',
    label: m.pages.costs,
    icon: CircleDollarSign,
    chord: 'g c',
    permission: 'costs.read',
  },
  {
    href: '/runs',
    group: 'run',
    isOnPhone: true,
    label: m.pages.runs,
    icon: Activity,
    chord: 'g r',
    permission: 'runs.read',
  },
  { href: '/settings', group: 'run', isOnPhone: true, label: m.pages.settings, icon: Settings, chord: 'g s' },
]

export function isCurrent(href: string, pathname: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`)
}
