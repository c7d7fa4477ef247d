'use client'
import { useQuery } from '@tanstack/react-query'
import type { Setting } from '../../api/shapes.ts'
import { ProblemNote } from '../../shell/problem-note.tsx'
import { toast } from '../../ui/toast.tsx'
import { VersionList } from './version-list.tsx'
import { settingsMessages } from './messages.ts'
import { readableValue } from './readable-value.ts'
import { settingVersionsQuery, useRollBackSetting } from './setting-queries.ts'

const m = settingsMessages.workspace

/** Every change of a setting; a value of the workspace can be brought back. */
export function SettingHistory({ setting, mayWrite }: { setting: Setting; mayWrite: boolean }) {
  const versions = useQuery(settingVersionsQuery(setting.key))
  const back = useRollBackSetting(setting)
  const items = (versions.data?.items ?? []).map((one) => ({
    ...one,
    id: `${one.layer} ${one.version}`,
    title: one.value === null ? m.taken : readableValue(one.value, setting.unit),
    note: one.rolledBackTo === null ? undefined : m.was(one.rolledBackTo),
    canComeBack: mayWrite && one.layer === 'workspace' && one.version !== setting.version,
  }))

  function bringBack(toVersion: number) {
    back.mutate(
      { toVersion, reason: m.rollBackReason(toVersion) },
      { onSuccess: () => void toast.success(m.rolledBack) },
    )
  }

  return (
    <>
      {versions.error ? <ProblemNote error={versions.error} /> : null}
      {back.error ? <ProblemNote error={back.error} className="mb-3" /> : null}
      <VersionList
        items={items}
        isPending={versions.isPending}
        isBusy={back.isPending}
        empty={m.noHistory}
        onBringBack={bringBack}
      />
    </>
  )
}
