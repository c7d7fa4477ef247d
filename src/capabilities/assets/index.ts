export { assertAssets } from './assert-assets.ts'
export type { AssetDeps } from './asset-deps.ts'
export {
  type AssetRef,
  confirmDerived,
  type Derived,
  hasDerived,
  intendDerived,
  localCopy,
  storageKeyOf,
  storeDerivedDir,
  withAssetFile,
} from './asset-files.ts'
export { cleanAssetName } from './asset-name.ts'
export { type Asset, type AssetKind, assetKinds, assetSchema } from './asset.ts'
export { cleanUploads } from './clean-uploads.ts'
export { assetCommands } from './commands.ts'
export { type CreateAssetFromFile, createAssetFromFile } from './create-asset-from-file.ts'
export { addReference, deleteAsset, type Reference, releaseReference } from './delete-asset.ts'
export { type DeliveryDeps, deliveryRoutes } from './delivery-routes.ts'
export { detectBytes, detectFileType, type FileType } from './detect-file-type.ts'
export { assetErrors, uploadErrors } from './errors.ts'
export { getAsset } from './get-asset.ts'
export { linkAssets } from './link-assets.ts'
export { type ListAssets, listAssets } from './list-assets.ts'
export { measureStorage } from './measure-storage.ts'
export { getQuota, type Quota } from './quota.ts'
export { sweepAssets } from './removals.ts'
export { assetRoutes } from './routes.ts'
export { type DeliveryTarget, signDelivery, type SignDeps } from './sign-delivery.ts'
export { type AssetFacts, saveAssetFacts, type UpdateAsset, updateAsset } from './update-asset.ts'
export { uploadRoutes } from './upload-routes.ts'
export { createUploadServer, type UploadServer, type UploadServerOptions } from './upload-server.ts'
