'use client'
import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { cx } from '../../ui/cx.ts'
import { PageHead } from '../../ui/surface.tsx'
import { ApiKeysSection } from '../identity/api-keys-section.tsx'
import { MembersSection } from '../identity/members-section.tsx'
import { ProfileSection } from '../identity/profile-section.tsx'
import { useMay } from '../identity/session.ts'
import { WebhooksSection } from '../notifications/webhooks-section.tsx'
import { settingsMessages as m } from './messages.ts'
import { SecretsSection } from './secrets-section.tsx'
import { TopicsSection } from './topics-section.tsx'
import { WorkspaceSection } from './workspace-section.tsx'

type Section = keyof typeof m.sections

/** Profile, people, keys and the settings of the workspace, one part at a time. */
export function SettingsPage() {
  const asked = useSearchParams().get('section')
  const mayMembers = useMay('members.read')
  const mayKeys = useMay('apiKeys.read')
  const mayWebhooks = useMay('webhooks.read')
  const mayTopics = useMay('topics.read')
  const maySecrets = useMay('secrets.read')
  const mayWorkspace = useMay('settings.read')
  const sections: Section[] = [
    'profile',
    ...(mayMembers ? (['members'] as const) : []),
    ...(mayKeys ? (['keys'] as const) : []),
    ...(mayWebhooks ? (['webhooks'] as const) : []),
    ...(mayTopics ? (['topics'] as const) : []),
    ...(maySecrets ? (['secrets'] as const) : []),
    ...(mayWorkspace ? (['workspace'] as const) : []),
  ]
  const section = sections.find((one) => one === asked) ?? 'profile'

  return (
    <>
      <PageHead title={m.title} />
      <div className="grid items-start gap-x-10 gap-y-6 md:grid-cols-[11rem_minmax(0,44rem)]">
        <nav aria-label={m.navigation} className="-mx-1 flex gap-1 overflow-x-auto p-1 md:flex-col">
          {sections.map((one) => (
            <Link
              key={one}
              href={`/settings?section=${one}`}
              aria-current={one === section ? 'page' : undefined}
              className={cx(
                'flex min-h-9 shrink-0 items-center rounded-lg px-3 font-medium text-soft hover:bg-hover hover:text-ink max-md:min-h-10',
                one === section &&
                  'bg-accent-soft text-accent-ink hover:bg-accent-soft hover:text-accent-ink',
              )}
            >
              {m.sections[one]}
            </Link>
          ))}
        </nav>
        <div className="min-w-0">
          {section === 'profile' ? <ProfileSection /> : null}
          {section === 'members' ? <MembersSection /> : null}
          {section === 'keys' ? <ApiKeysSection /> : null}
          {section === 'webhooks' ? <WebhooksSection /> : null}
          {section === 'topics' ? <TopicsSection /> : null}
          {section === 'secrets' ? <SecretsSection /> : null}
          {section === 'workspace' ? <WorkspaceSection /> : null}
        </div>
      </div>
    </>
  )
}
