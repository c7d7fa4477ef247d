'use client'
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from './button.tsx'

/** A text to take away, with a button that copies it. */
export function CopyBox({
  text,
  copyLabel,
  copiedLabel,
}: {
  text: string
  copyLabel: string
  copiedLabel: string
}) {
  const [isCopied, setIsCopied] = useState(false)
  return (
    <div className="flex items-center gap-2 rounded-lg border border-line bg-canvas py-1 pr-1 pl-3">
      <code className="min-w-0 flex-1 font-mono text-sm break-all select-all">{text}</code>
      <IconButton
        size="sm"
        label={isCopied ? copiedLabel : copyLabel}
        onClick={() => {
          // Browsers have no clipboard on plain-HTTP addresses; the text can then be selected by a press.
          void navigator.clipboard?.writeText(text).then(() => setIsCopied(true))
        }}
      >
        {isCopied ? <Check /> : <Copy />}
      </IconButton>
    </div>
  )
}
