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

export type NavigationEntry = {
  href: string
  label: string
  icon: LucideIcon
  chord: string
  permission?: string
}

/** The places of the Studio, in the order of the rail. Only what exists. */
export const navigation: NavigationEntry[] = [
  { href: '/', label: m.pages.home, icon: House, chord: 'g h' },
  { href: '/media', label: m.pages.media, icon: Clapperboard, chord: 'g m', permission: 'assets.read' },
  { href: '/batches', label: m.pages.batches, icon: Layers, chord: 'g b', permission: 'clips.read' },
  { href: '/drafts', label: m.pages.drafts, icon: FileText, chord: 'g d', permission: 'drafts.read' },
  {
    href: '/prompts',
    label: m.pages.prompts,
    icon: MessageSquareText,
    chord: 'g p',
    permission: 'prompts.read',
  },
  {
    href: '/experiments',
    label: m.pages.experiments,
    icon: FlaskConical,
    chord: 'g e',
    permission: 'experiments.read',
  },
  { href: '/flags', label: m.pages.flags, icon: Flag, chord: 'g f', permission: 'flags.read' },
  { href: '/models', label: m.pages.models, icon: Cpu, chord: 'g o', permission: 'models.read' },
  { href: '/costs', label: m.pages.costs, icon: CircleDollarSign, chord: 'g c', permission: 'costs.read' },
  { href: '/runs', label: m.pages.runs, icon: Activity, chord: 'g r', permission: 'runs.read' },
  { href: '/settings', label: m.pages.settings, icon: Settings, chord: 'g s' },
]

export function isCurrent(href: string, pathname: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`)
}
