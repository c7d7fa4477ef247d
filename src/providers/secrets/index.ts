export { secretErrors } from './errors.ts'
export { openSecrets } from './open-secrets.ts'
export type { SecretInfo, SecretStage, SecretStore, SecretValue } from './port.ts'
