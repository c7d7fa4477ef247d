import { createHash } from 'node:crypto'
import { connect } from 'node:http2'

import { z } from 'zod'

import { admin, queryEngine } from './admin.ts'
import type { Namespace } from './contracts.ts'
import type { StepHandler, WorkflowHandler } from './define.ts'
import type { Logger } from '../log/log.ts'

type Deployment = { id: string; uri?: string; created_at: string; services: { name: string }[] }

/**
 * Tells the engine how many CPU steps may run at once in a scope, cluster-wide. False when this engine has no scopes
 * (they are a preview that an operator of an own cluster may have left off).
 */
export async function setCpuSlots(adminUrl: string, scope: string, slots: number): Promise<boolean> {
  const rules = [{ pattern: scope, limits: { concurrency: slots } }]
  const accept = [400, 404, 405, 409, 422, 501]
  const { status } = await admin(adminUrl, '/limits/rules', { method: 'PUT', body: rules, accept })
  return status < 300
}

/**
 * A short name for what this release serves: the same code gives the same name, so that a restart continues its own
 * work, and a change of any contract makes a new deployment beside the old one.
 */
export function deploymentHash(
  release: { steps: StepHandler[]; workflows: WorkflowHandler[]; namespace?: Namespace },
  hasScopes: boolean,
): string {
  const schema = (type: z.ZodType) => z.toJSONSchema(type, { unrepresentable: 'any', io: 'input' })
  const facts = {
    hasScopes,
    namespace: release.namespace ?? '',
    steps: release.steps.map(({ step }) => [step.name, step.cpu, schema(step.input), schema(step.output)]),
    workflows: release.workflows.map(({ workflow }) => [
      workflow.name,
      workflow.version,
      schema(workflow.input),
    ]),
  }
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 12)
}

/** Makes this release the one that new work goes to. Registering the same again changes nothing. */
export async function registerDeployment(adminUrl: string, uri: string): Promise<string> {
  const register = (force: boolean) =>
    admin(adminUrl, '/deployments', {
      method: 'POST',
      body: { uri, force },
      accept: [409],
      timeoutMs: 30_000,
    })
  const first = await register(false)
  // The same address served other contracts before, as happens while somebody develops.
  const { body } = first.status === 409 ? await register(true) : first
  return (body as { id: string }).id
}

/**
 * Cleans up after earlier releases: forgets those without work, moves the work of those that nobody serves any more
 * to this release, and leaves the others, which are still finishing, alone.
 */
export async function drainDeployments(options: {
  adminUrl: string
  log: Logger
  namespace: Namespace
  keepId: string
}): Promise<void> {
  const { adminUrl, log, keepId } = options
  const { body } = await admin(adminUrl, '/deployments')
  const ours = new RegExp(`^${options.namespace}(?:Run\\.|Step\\.|Probe$|Schedule$)`)
  const { deployments } = body as { deployments: Deployment[] }
  const own = deployments.find(({ id }) => id === keepId)
  // Only older ones: in a rolling upgrade the release before ours looks here as well.
  const older = deployments.filter(
    ({ created_at, services }) =>
      own &&
      Date.parse(created_at) < Date.parse(own.created_at) &&
      services.some(({ name }) => ours.test(name)),
  )
  for (const deployment of older) {
    const invocations = await queryEngine<{ id: string; status: string }>(
      adminUrl,
      `select id, status from sys_invocation where pinned_deployment_id = '${deployment.id}' and status <> 'completed'`,
    )
    if (invocations.length === 0) {
      await admin(adminUrl, `/deployments/${deployment.id}?force=true`, { method: 'DELETE', accept: [404] })
      log.info(
        { deployment: deployment.id, uri: deployment.uri },
        'an older release has no work left and was removed',
      )
      continue
    }
    if (await isServed(deployment.uri)) continue
    for (const { id, status } of invocations) await moveInvocation(adminUrl, id, status, keepId)
    log.warn(
      { deployment: deployment.id, count: invocations.length },
      'work of a release that is gone was moved to this one',
    )
  }
}

async function moveInvocation(
  adminUrl: string,
  id: string,
  status: string,
  deploymentId: string,
): Promise<void> {
  const accept = [404, 409, 422, 425]
  // Only a paused invocation can change its deployment; pausing takes effect when its current try has ended.
  if (status !== 'paused') await admin(adminUrl, `/invocations/${id}/pause`, { method: 'PATCH', accept })
  await admin(adminUrl, `/invocations/${id}/resume?deployment=${deploymentId}`, { method: 'PATCH', accept })
}

/** Whether an endpoint answers at the address of a deployment. */
function isServed(uri: string | undefined): Promise<boolean> {
  if (!uri) return Promise.resolve(true)
  return new Promise((resolve) => {
    const session = connect(uri)
    const end = (isUp: boolean) => {
      session.destroy()
      resolve(isUp)
    }
    session.once('error', () => end(false))
    session.setTimeout(2_000, () => end(false))
    const request = session.request({ ':path': `${new URL(uri).pathname.replace(/\/$/, '')}/health` })
    request.once('response', (headers) => end(headers[':status'] === 200))
    request.once('error', () => end(false))
    request.end()
  })
}
