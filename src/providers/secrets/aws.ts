import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager'
import { AppError } from '../../kernel/errors.ts'
import { secretErrors } from './errors.ts'
import type { SecretInfo, SecretStage, SecretStore } from './port.ts'

export type AwsSecretsOptions = {
  region: string
  endpoint?: string
  /** Default: as the AWS SDK finds them (environment, profile, role). */
  credentials?: { accessKeyId: string; secretAccessKey: string }
}

const stages: Record<SecretStage, string> = { current: 'AWSCURRENT', previous: 'AWSPREVIOUS' }
/** AWS keeps a deleted secret so long that a mistake can be undone. */
const recoveryDays = 7

/**
 * Secrets in AWS Secrets Manager. Setting one moves the stages AWSCURRENT and AWSPREVIOUS; so does a rotation by a
 * Lambda function there. The key is the one of KMS that the account uses for its secrets.
 */
export function awsSecrets(options: AwsSecretsOptions): SecretStore {
  const { region, endpoint, credentials } = options
  const timeouts: SecretsManagerClientConfig['requestHandler'] = {
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    throwOnRequestTimeout: true,
  }
  const client = new SecretsManagerClient({
    region,
    ...(endpoint ? { endpoint } : {}),
    ...(credentials ? { credentials } : {}),
    maxAttempts: 3,
    requestHandler: timeouts,
  })

  async function create(name: string, value: string): Promise<string | undefined> {
    try {
      return (await client.send(new CreateSecretCommand({ Name: name, SecretString: value }))).VersionId
    } catch (error) {
      // Somebody else created it just now.
      if (nameOf(error) !== 'ResourceExistsException') throw error
      const put = new PutSecretValueCommand({ SecretId: name, SecretString: value })
      return (await client.send(put)).VersionId
    }
  }

  /** A secret that was deleted lately is in the way of a new one of its name, and is brought back for it. */
  async function putValue(name: string, value: string): Promise<string | undefined> {
    const put = new PutSecretValueCommand({ SecretId: name, SecretString: value })
    try {
      return (await client.send(put)).VersionId
    } catch (error) {
      if (nameOf(error) === 'ResourceNotFoundException') return create(name, value)
      if (nameOf(error) !== 'InvalidRequestException' || !/deletion/i.test(String(error))) throw error
      await client.send(new RestoreSecretCommand({ SecretId: name }))
      return (await client.send(put)).VersionId
    }
  }

  return {
    name: 'aws',
    describe: () => ({ vendor: 'aws', location: `AWS Secrets Manager in ${region}` }),
    put: (name, value) =>
      translated(name, async () => {
        const versionId = await putValue(name, value)
        const at = new Date()
        return { name, versionId: versionId ?? '', createdAt: at, changedAt: at }
      }),
    get: (name, stage = 'current') =>
      translated(name, async () => {
        try {
          const answer = await client.send(
            new GetSecretValueCommand({ SecretId: name, VersionStage: stages[stage] }),
          )
          const { SecretString: text, SecretBinary: bytes, VersionId: versionId = '' } = answer
          const value = text ?? (bytes ? Buffer.from(bytes).toString('utf8') : undefined)
          return value === undefined ? undefined : { value, versionId }
        } catch (error) {
          if (isGone(error)) return undefined
          throw error
        }
      }),
    list: (prefix) =>
      translated(prefix, async () => {
        const found: SecretInfo[] = []
        let next: string | undefined
        do {
          const page = await client.send(
            new ListSecretsCommand({
              Filters: [{ Key: 'name', Values: [prefix] }],
              MaxResults: 100,
              ...(next ? { NextToken: next } : {}),
            }),
          )
          for (const one of page.SecretList ?? []) {
            if (!one.Name?.startsWith(prefix)) continue
            const createdAt = one.CreatedDate ?? new Date(0)
            const versions = Object.entries(one.SecretVersionsToStages ?? {})
            const current = versions.find(([, its]) => its.includes(stages.current))
            found.push({
              name: one.Name,
              versionId: current?.[0] ?? '',
              createdAt,
              changedAt: one.LastChangedDate ?? createdAt,
            })
          }
          next = page.NextToken
        } while (next)
        return found.sort((a, b) => a.name.localeCompare(b.name))
      }),
    delete: (name) =>
      translated(name, async () => {
        try {
          await client.send(new DeleteSecretCommand({ SecretId: name, RecoveryWindowInDays: recoveryDays }))
          return true
        } catch (error) {
          if (isGone(error)) return false
          throw error
        }
      }),
    async rotateKey() {
      throw secretErrors.keyElsewhere('AWS KMS keeps the key of these secrets.')
    },
  }
}

async function translated<T>(name: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (cause) {
    throw rowOf(cause, name)
  }
}

/** The failure for what the service or the way to it said. Its own message may not be shown: it is kept as cause. */
function rowOf(cause: unknown, name: string): unknown {
  if (cause instanceof AppError) return cause
  const called = nameOf(cause)
  const status = (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0
  if (/AccessDenied|UnrecognizedClient|InvalidSignature|ExpiredToken|CredentialsProvider/.test(called)) {
    return secretErrors.denied(`AWS Secrets Manager refuses this installation (${called}).`, { cause })
  }
  if (called === 'DecryptionFailure') {
    return secretErrors.unreadable(`AWS KMS cannot open the secret ${name}.`, { cause })
  }
  const isBusy = status === 429 || status >= 500 || /Throttl|TooMany|Timeout|InternalService/.test(called)
  const isFar = /ECONN|ENOTFOUND|EPIPE|EAI_AGAIN|socket hang up/.test(
    `${(cause as { code?: string }).code} ${String(cause)}`,
  )
  if (isBusy || isFar) return secretErrors.busy('AWS Secrets Manager does not answer right now.', { cause })
  return secretErrors.rejected(`AWS Secrets Manager refused the request (${called || 'unknown reason'}).`, {
    cause,
  })
}

/** Not there, or deleted and kept for a while only to be brought back. */
function isGone(error: unknown): boolean {
  if (nameOf(error) === 'ResourceNotFoundException') return true
  return nameOf(error) === 'InvalidRequestException' && /deletion|deleted/i.test(String(error))
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}
