import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as readAll } from 'node:stream/consumers'

/** What the next calls answer instead of the truth; used up one by one. */
export type SecretsFault =
  | { status: number; type: string }
  | { hang: true }
  | { cut: true }
  | { body: string; contentType: string }

type Version = { value: string; stages: Set<string> }
type Secret = { versions: Map<string, Version>; createdS: number; changedS: number; isDeleted: boolean }
type Body = Record<string, unknown>

export type SecretsServer = {
  endpoint: string
  faults: SecretsFault[]
  /** Operations in the order they came. */
  calls: string[]
  /** As a rotation in AWS would: a new current version that nobody here asked for. */
  rotate(name: string, value: string): void
  close(): Promise<void>
}

/** AWS Secrets Manager's JSON 1.1 protocol on loopback, with stages, recovery windows, pages and faults. */
export async function startSecretsServer(): Promise<SecretsServer> {
  const secrets = new Map<string, Secret>()
  const faults: SecretsFault[] = []
  const calls: string[] = []

  function answer(operation: string, body: Body): unknown {
    const name = String(body['SecretId'] ?? body['Name'] ?? '')
    switch (operation) {
      case 'CreateSecret': {
        if (secrets.has(name)) throw refusal('ResourceExistsException', 400)
        const now = Date.now() / 1000
        secrets.set(name, { versions: new Map(), createdS: now, changedS: now, isDeleted: false })
        return { Name: name, VersionId: addVersion(secrets.get(name)!, body) }
      }
      case 'PutSecretValue':
        return { Name: name, VersionId: addVersion(live(secrets, name), body) }
      case 'GetSecretValue':
        return valueOf(name, live(secrets, name), String(body['VersionStage'] ?? 'AWSCURRENT'))
      case 'ListSecrets':
        return pageOf(secrets, body)
      case 'DeleteSecret':
        live(secrets, name).isDeleted = true
        return { Name: name, DeletionDate: Date.now() / 1000 }
      case 'RestoreSecret': {
        const secret = secrets.get(name)
        if (secret) secret.isDeleted = false
        return { Name: name }
      }
      default:
        throw refusal('InvalidAction', 400)
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse((await readAll(request)) || '{}') as Body
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? ''
    calls.push(operation)
    const fault = faults.shift()
    if (fault && 'hang' in fault) return
    if (fault && 'cut' in fault) return void request.socket.destroy()
    if (fault && 'body' in fault) return send(response, 200, fault.body, fault.contentType)
    if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) {
      return sendRefusal(response, refusal('UnrecognizedClientException', 400))
    }
    if (fault) return sendRefusal(response, refusal(fault.type, fault.status))
    try {
      send(response, 200, JSON.stringify(answer(operation, body)))
    } catch (error) {
      sendRefusal(response, error as Refusal)
    }
  }

  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    calls,
    rotate: (name, value) => void addVersion(live(secrets, name), { SecretString: value }),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function addVersion(secret: Secret, body: Body): string {
  const versionId = String(body['ClientRequestToken'] ?? randomUUID())
  for (const version of secret.versions.values()) version.stages.delete('AWSPREVIOUS')
  for (const version of secret.versions.values()) {
    if (version.stages.delete('AWSCURRENT')) version.stages.add('AWSPREVIOUS')
  }
  secret.versions.set(versionId, { value: String(body['SecretString']), stages: new Set(['AWSCURRENT']) })
  secret.changedS = Date.now() / 1000
  return versionId
}

function valueOf(name: string, secret: Secret, stage: string): unknown {
  const found = [...secret.versions].find(([, version]) => version.stages.has(stage))
  if (!found) throw refusal('ResourceNotFoundException', 400)
  const [versionId, { value, stages }] = found
  return {
    Name: name,
    VersionId: versionId,
    SecretString: value,
    VersionStages: [...stages],
    CreatedDate: secret.createdS,
  }
}

/** Two to a page, so that following the pages is tested; the filter looks for words as AWS does, not from the start. */
function pageOf(secrets: Map<string, Secret>, body: Body): unknown {
  const [filter] = (body['Filters'] ?? []) as Array<{ Values: string[] }>
  const prefix = filter?.Values[0] ?? ''
  const all = [...secrets].filter(
    ([name, { isDeleted }]) => !isDeleted && name.includes(prefix.replace(/\/$/, '')),
  )
  const start = Number(body['NextToken'] ?? 0)
  return {
    SecretList: all.slice(start, start + 2).map(([name, secret]) => ({
      Name: name,
      CreatedDate: secret.createdS,
      LastChangedDate: secret.changedS,
      SecretVersionsToStages: Object.fromEntries(
        [...secret.versions].map(([id, version]) => [id, [...version.stages]]),
      ),
    })),
    ...(start + 2 < all.length ? { NextToken: String(start + 2) } : {}),
  }
}

function live(secrets: Map<string, Secret>, name: string): Secret {
  const secret = secrets.get(name)
  if (!secret) throw refusal('ResourceNotFoundException', 400)
  if (secret.isDeleted) {
    throw refusal('InvalidRequestException', 400, 'You tried to use a secret that is scheduled for deletion.')
  }
  return secret
}

type Refusal = { type: string; status: number; message: string }

function refusal(type: string, status: number, message: string = type): Refusal {
  return { type, status, message }
}

function sendRefusal(response: ServerResponse, { type, status, message }: Refusal): void {
  send(response, status, JSON.stringify({ __type: type, message }))
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  contentType = 'application/x-amz-json-1.1',
): void {
  response.writeHead(status, { 'content-type': contentType }).end(body)
}
