export { embedErrors } from './errors.ts'
export { describeImage, hashDistance, imageDimensions, imageSpace } from './image-descriptor.ts'
export { type Embedders, openEmbed } from './open-embed.ts'
export type { Embedded, Embedder, EmbedInput, ImageDescriptor } from './port.ts'
