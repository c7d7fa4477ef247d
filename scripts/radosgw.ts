import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type Radosgw = {
  endpoint: string
  credentials: { accessKeyId: string; secretAccessKey: string }
  /** Of the installed Ceph, such as `16.2.15`. */
  version: string
  stop(): Promise<void>
}

/** The Debian packages of the parts that are used here. */
export const cephPackages = ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph-common', 'uuid-runtime']

export const missingPrograms = async (): Promise<string[]> => {
  const programs = ['radosgw', 'radosgw-admin', 'ceph', 'ceph-mon', 'ceph-osd', 'ceph-authtool', 'monmaptool']
  const found = await Promise.all(
    programs.map((program) =>
      run('sh', ['-c', `command -v ${program}`]).then(
        () => true,
        () => false,
      ),
    ),
  )
  return programs.filter((_program, index) => !found[index])
}

/**
 * Starts a Ceph cluster of one monitor, one OSD in memory and one S3 gateway, on loopback, in a temporary folder.
 * It is as strict as S3 about signatures, expiry, Content-MD5, part sizes and Object Lock, but ignores newer
 * checksums. Nothing of it is left after `stop`.
 */
export async function startRadosgw(log: (line: string) => void): Promise<Radosgw> {
  const dir = await mkdtemp(join(tmpdir(), 'radosgw-'))
  const children: ChildProcess[] = []
  const conf = join(dir, 'ceph.conf')
  const ceph = (...args: string[]) => run('ceph', ['-c', conf, '--connect-timeout', '20', ...args])
  const daemon = (name: string, args: string[]) => {
    // In the foreground and of our own, so that exactly what we started is stopped.
    const child = spawn(name, ['-c', conf, ...args], { stdio: 'ignore', detached: true })
    child.unref()
    children.push(child)
    return child
  }
  const stop = async () => {
    for (const child of children.reverse()) await stopChild(child)
    await rm(dir, { recursive: true, force: true })
  }

  try {
    const [monPort, httpPort] = await freePorts(2)
    const fsid = randomUUID()
    const monitor = `[v2:127.0.0.1:${monPort}]`
    await writeFile(conf, confOf({ dir, fsid, monPort: monPort!, httpPort: httpPort! }))
    await makeMonitor(dir, conf, fsid, monitor)
    daemon('ceph-mon', ['-f', '--id', 'a'])
    await until('the monitor answers', () => ceph('health'))
    await makeOsd(dir, conf, ceph)
    daemon('ceph-osd', ['-f', '--id', '0'])
    await until('the OSD is up', async () => {
      const { stdout } = await ceph('osd', 'stat', '--format', 'json')
      if ((JSON.parse(stdout) as { num_up_osds: number }).num_up_osds !== 1) throw new Error('not up')
    })
    log('making the gateway user')
    const credentials = { accessKeyId: 'TESTONLYACCESSKEY', secretAccessKey: 'testonlysecretkey' }
    const user = ['user', 'create', '--uid', 'test', '--display-name', 'Test']
    const keys = ['--access-key', credentials.accessKeyId, '--secret-key', credentials.secretAccessKey]
    await run('radosgw-admin', ['-c', conf, '-n', 'client.admin', ...user, ...keys], { timeout: 180_000 })
    daemon('radosgw', ['-f', '-n', 'client.admin'])
    const endpoint = `http://127.0.0.1:${httpPort}`
    await until('the gateway answers', () => fetch(endpoint))
    const { stdout } = await run('ceph', ['--version'])
    return { endpoint, credentials, version: /version (\S+)/.exec(stdout)?.[1] ?? 'unknown', stop }
  } catch (error) {
    await printLogs(dir, log)
    await stop()
    throw error
  }
}

function confOf(options: { dir: string; fsid: string; monPort: number; httpPort: number }): string {
  const { dir, fsid, monPort, httpPort } = options
  return `[global]
fsid = ${fsid}
mon_initial_members = a
mon_host = v2:127.0.0.1:${monPort}
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
keyring = ${dir}/keyring
run_dir = ${dir}
admin_socket = ${dir}/$name.asok
pid_file = ${dir}/$name.pid
log_file = ${dir}/$name.log
crash_dir = ${dir}/crash
ms_bind_msgr1 = false
public_network = 127.0.0.0/8
cluster_network = 127.0.0.0/8
ms_bind_ipv6 = false
setuser_match_path =
osd_objectstore = memstore
memstore_device_bytes = 4294967296
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
osd_class_load_list = *
osd_class_default_list = *
mon_allow_pool_size_one = true
mon_allow_pool_delete = true
mon_data = ${dir}/mon
osd_data = ${dir}/osd
rgw_data = ${dir}/rgw
rgw_frontends = beast endpoint=127.0.0.1:${httpPort}
rgw_crypt_require_ssl = false
rgw_enable_usage_log = false
`
}

async function makeMonitor(dir: string, conf: string, fsid: string, address: string): Promise<void> {
  const keyring = join(dir, 'keyring')
  const allowAll = ['--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *', '--cap', 'mgr', 'allow *']
  await mkdir(join(dir, 'mon'))
  await run('ceph-authtool', [
    '--create-keyring',
    keyring,
    '--gen-key',
    '-n',
    'mon.',
    '--cap',
    'mon',
    'allow *',
  ])
  await run('ceph-authtool', [keyring, '--gen-key', '-n', 'client.admin', ...allowAll])
  await run('monmaptool', ['--create', '--fsid', fsid, '--addv', 'a', address, join(dir, 'monmap')])
  await run('ceph-mon', [
    '-c',
    conf,
    '--mkfs',
    '--id',
    'a',
    '--monmap',
    join(dir, 'monmap'),
    '--keyring',
    keyring,
  ])
}

async function makeOsd(
  dir: string,
  conf: string,
  ceph: (...args: string[]) => Promise<unknown>,
): Promise<void> {
  const uuid = randomUUID()
  await mkdir(join(dir, 'osd'))
  await ceph('osd', 'new', uuid)
  const caps = ['mon', 'allow profile osd', 'osd', 'allow *']
  await ceph('auth', 'get-or-create', 'osd.0', ...caps, '-o', join(dir, 'osd', 'keyring'))
  const key = await readFile(join(dir, 'osd', 'keyring'), 'utf8')
  await writeFile(join(dir, 'keyring'), `${await readFile(join(dir, 'keyring'), 'utf8')}\n${key}`)
  await run('ceph-osd', ['-c', conf, '--mkfs', '--id', '0', '--osd-uuid', uuid], { timeout: 120_000 })
}

async function until(what: string, attempt: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + 90_000
  for (;;) {
    try {
      await attempt()
      return
    } catch (cause) {
      if (Date.now() > deadline) throw new Error(`Waited 90 s until ${what}, in vain`, { cause })
      await wait(250)
    }
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const killing = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await ended
  clearTimeout(killing)
}

async function printLogs(dir: string, log: (line: string) => void): Promise<void> {
  for (const name of ['mon.a', 'osd.0', 'client.admin']) {
    const text = await readFile(join(dir, `${name}.log`), 'utf8').catch(() => '')
    for (const line of text.trim().split('\n').slice(-5)) if (line) log(`${name}: ${line}`)
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server))
        }),
    ),
  )
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
