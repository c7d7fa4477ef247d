import type { Db } from '../../platform/db/client.ts'
import { awsSecrets } from './aws.ts'
import { secretErrors } from './errors.ts'
import { environmentKeys, fileKeys } from './local-key-ring.ts'
import { localSecrets } from './local.ts'
import type { SecretStore } from './port.ts'

/**
 * The store that `CREATOROPS_SECRETS_URL` names: `local`, or `aws://eu-central-1` with `?endpoint=` for another
 * address than that of AWS. Opens nothing and makes no key yet.
 */
export function openSecrets(options: {
  secretsUrl: string
  secretsKey?: string | undefined
  home: string
  db: Db
}): SecretStore {
  const { secretsUrl, secretsKey, home, db } = options
  if (secretsUrl === 'local') {
    return localSecrets({ db, ring: secretsKey ? environmentKeys(secretsKey) : fileKeys(home) })
  }
  const url = URL.parse(secretsUrl)
  if (url?.protocol !== 'aws:' || url.hostname === '') {
    throw secretErrors.rejected('CREATOROPS_SECRETS_URL must be local, or aws://<region>.')
  }
  const endpoint = url.searchParams.get('endpoint')
  return awsSecrets({ region: url.hostname, ...(endpoint ? { endpoint } : {}) })
}
