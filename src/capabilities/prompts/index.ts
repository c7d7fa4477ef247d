export { promptCommands } from './commands.ts'
export { comparePrompts } from './compare-prompts.ts'
export { editShare } from './edit-share.ts'
export { promptErrors } from './errors.ts'
export { estimateTokens } from './estimate-tokens.ts'
export type { PromptDeps } from './find-prompt.ts'
export { type Preview, previewPrompt, type RealData } from './preview-prompt.ts'
export type { Prompt, PromptDefinition, PromptPlace } from './prompt.ts'
export { readPromptLibrary, type ShippedPrompt } from './prompt-library.ts'
export { promptsPart } from './prompts-part.ts'
export { getPrompt, listPrompts } from './read-prompts.ts'
export { recordFeedback } from './record-feedback.ts'
export { removePrompt, rollBackPrompt, savePrompt } from './save-prompt.ts'
export {
  type PromptUse,
  type UsedPrompt,
  type UsePrompt,
  type UsePromptDeps,
  usePrompt,
} from './use-prompt.ts'
