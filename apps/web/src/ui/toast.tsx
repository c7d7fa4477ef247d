import { Toaster as Sonner } from 'sonner'
export { toast } from 'sonner'

/** Where short messages appear; the newest on top, never over the player's controls. */
export function Toaster({ dark, label }: { dark: boolean; label: string }) {
  return (
    <Sonner
      theme={dark ? 'dark' : 'light'}
      position="bottom-right"
      containerAriaLabel={label}
      toastOptions={{
        classNames: {
          toast: '!rounded-xl !border-line !bg-raised !text-ink !shadow-mid !font-sans',
          description: '!text-soft',
          actionButton: '!bg-accent !text-on-accent !rounded-md',
        },
      }}
    />
  )
}
