import type { ReactNode } from 'react'
import { StudioFrame } from '../../shell/studio-frame.tsx'

export default function StudioLayout({ children }: { children: ReactNode }) {
  return <StudioFrame>{children}</StudioFrame>
}
