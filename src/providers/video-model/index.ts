export { videoModelErrors } from './errors.ts'
export { openVideoModels, type VideoModels } from './open-video-model.ts'
export {
  type FootageOrder,
  type FootageShape,
  footageShapes,
  type FootageSize,
  footageSizes,
  type FootageState,
  type VideoModel,
} from './port.ts'
