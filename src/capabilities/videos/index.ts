export { videoErrors } from './errors.ts'
export { checkStoryboard } from './storyboard/check-storyboard.ts'
export { type Storyboard, storyboardJsonSchema, storyboardSchema } from './storyboard/storyboard.ts'
export { videosPart } from './videos-part.ts'
