export { contentTypeOf } from './content-types.ts'
export { isDiskFull, storageErrors } from './errors.ts'
export { openStorage } from './open-storage.ts'
export { localStorage } from './local.ts'
export { s3Storage } from './s3.ts'
export { parseS3Url } from './s3-location.ts'
export type {
  ByteRange,
  GetResult,
  ListPage,
  ObjectStorage,
  PutOptions,
  ResumableOptions,
  ResumableStore,
  StorageDescription,
  StoredObject,
} from './port.ts'
