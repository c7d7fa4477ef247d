/** Something that happened in a workspace, past tense: `asset.created`, `run.progressed`, `clip.processed`. */
export type AppEvent = {
  type: string
  workspaceId: string
  /** What it is about: `asset_…`, `run_…`; lets a page refresh just that. */
  subjectId: string
  /** Small facts; never secrets, never bytes. */
  data: Record<string, unknown>
}
