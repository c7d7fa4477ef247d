import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, test } from 'node:test'
import type { Command } from 'commander'
import { AppError } from '../../kernel/errors.ts'
import { parseTime } from '../../kernel/time.ts'
import type { CliContext } from './cli-context.ts'
import { runCli } from './run-cli.ts'

const closed = { status: 503, retry: 'backoff', help: 'Come back later.' } as const
const noSuchSize = { status: 422, retry: 'after-change', help: 'Choose another size.' } as const

function register(program: Command, cli: CliContext): void {
  const shop = program.command('shop').description('a shop')
  shop
    .command('buy')
    .argument('<thing>', 'what to buy')
    .option('--at <time>', 'when', (text) => parseTime(text))
    .action(async (thing: string, options: { at?: number }) => {
      if (thing === 'closed')
        throw new AppError('shop.closed', closed, 'The shop is closed.', { detail: { requestId: 'req_9' } })
      if (thing === 'size') throw new AppError('shop.noSuchSize', noSuchSize, 'Size 99 does not exist.')
      if (thing === 'bug') throw new TypeError('x is undefined')
      const bar = cli.progress('Buying')
      bar.update(50, 'paying')
      bar.done()
      cli.note('thank you')
      cli.out({ thing, atMs: options.at }, `You bought ${thing}.`)
    })
  shop.command('look').action(() => {
    cli.out({ ok: false }, 'not well')
    cli.exitWith(1)
  })
  shop.command('wait').action(() => {
    const { promise, reject } = Promise.withResolvers<never>()
    cli.signal.addEventListener('abort', () => reject(new Error('stopped')))
    return promise
  })
  shop.command('home').action(() => cli.out(cli.config.port))
}

async function run(
  argv: string[],
  more: { env?: Record<string, string>; signal?: AbortSignal; isTty?: boolean } = {},
) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const output = Object.assign(stderr, { isTTY: more.isTty ?? false, columns: 80 })
  const { env = {}, signal } = more
  const code = await runCli({ argv, env, stdout, stderr: output, signal, version: '1.2.3', register })
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') }
}

describe('a command that succeeds', () => {
  test('prints its text on standard output and ends with 0', async () => {
    assert.deepEqual(await run(['shop', 'buy', 'bees']), {
      code: 0,
      stdout: 'You bought bees.\n',
      stderr: 'thank you\n',
    })
  })

  test('prints one JSON document and nothing else with --json, wherever that stands', async () => {
    for (const argv of [
      ['--json', 'shop', 'buy', 'bees'],
      ['shop', 'buy', 'bees', '--json'],
      ['shop', '--json', 'buy', 'bees'],
    ]) {
      const { code, stdout, stderr } = await run(argv)
      assert.deepEqual([code, JSON.parse(stdout), stderr], [0, { thing: 'bees' }, ''])
    }
  })

  test('reads times as people write them', async () => {
    const { stdout } = await run(['shop', 'buy', 'bees', '--at', '00:01:02.5', '--json'])
    assert.deepEqual(JSON.parse(stdout), { thing: 'bees', atMs: 62_500 })
  })

  test('may end with another code after its result', async () => {
    assert.deepEqual(await run(['shop', 'look']), { code: 1, stdout: 'not well\n', stderr: '' })
  })

  test('shows a bar on a terminal and JSON lines on request, both on standard error', async () => {
    const terminal = await run(['shop', 'buy', 'bees'], { isTty: true })
    assert.match(terminal.stderr, /Buying {2}█{12}░{12} {2}50 % {2}paying/)
    assert.match(terminal.stderr, /100 %/)
    const lines = await run(['shop', 'buy', 'bees', '--json', '--progress', 'json'])
    const parsed = lines.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
    assert.deepEqual(parsed, [
      { progress: 'Buying', percent: 50, note: 'paying' },
      { progress: 'Buying', percent: 100 },
    ])
    const piped = await run(['shop', 'buy', 'bees', '--json'])
    assert.equal(piped.stderr, '')
  })
})

describe('bad usage and bad input end with 2', () => {
  const cases: Array<[string, string[], RegExp]> = [
    ['an unknown command', ['shpo'], /Unknown command 'shpo'.*shop/],
    ['an unknown verb', ['shop', 'bye'], /Unknown command 'bye'/],
    ['an unknown option', ['shop', 'buy', 'bees', '--att', '1'], /Unknown option '--att'.*--at/],
    ['a missing argument', ['shop', 'buy'], /Missing required argument 'thing'/],
    ['one argument too many', ['shop', 'buy', 'a', 'b'], /Too many arguments/],
    ['an option without its value', ['shop', 'buy', 'a', '--at'], /argument missing/],
    ['a value that is not a time', ['shop', 'buy', 'a', '--at', 'soon'], /"soon" is not a time/],
    ['a wrong choice', ['shop', 'buy', 'a', '--progress', 'loud'], /Allowed choices/],
    ['input that the product refuses', ['shop', 'buy', 'size'], /Size 99 does not exist/],
  ]
  for (const [name, argv, message] of cases) {
    test(`${name}, for people and for programs`, async () => {
      const person = await run(argv)
      assert.deepEqual([person.code, person.stdout], [2, ''])
      assert.match(person.stderr, message)
      const program = await run([...argv, '--json'])
      assert.deepEqual([program.code, program.stdout], [2, ''])
      const { error } = JSON.parse(program.stderr) as { error: Record<string, unknown> }
      assert.match(String(error['message']), message)
      assert.deepEqual(Object.keys(error), ['code', 'message', 'help', 'retryable'])
    })
  }

  test('a noun without a verb, after its help', async () => {
    const { code, stderr } = await run(['shop'])
    assert.equal(code, 2)
    assert.match(stderr, /Usage: creatorops shop/)
    assert.equal((await run(['shop', '--json'])).code, 2)
  })
})

describe('other failures end with 1', () => {
  test('and say what happened, what to do, the code and the request', async () => {
    const { code, stderr } = await run(['shop', 'buy', 'closed'])
    assert.equal(code, 1)
    assert.equal(stderr, '✗ The shop is closed.\n  Come back later.\n  shop.closed · request req_9\n')
    const program = await run(['shop', 'buy', 'closed', '--json'])
    assert.deepEqual(JSON.parse(program.stderr), {
      error: {
        code: 'shop.closed',
        message: 'The shop is closed.',
        help: 'Come back later.',
        retryable: true,
        requestId: 'req_9',
      },
    })
  })

  test('a mistake in the program is called one, and its stack is kept from people', async () => {
    const { code, stderr } = await run(['shop', 'buy', 'bug'])
    assert.equal(code, 1)
    assert.match(stderr, /Something unexpected happened: x is undefined\./)
    assert.match(stderr, /cli\.internal/)
    assert.doesNotMatch(stderr, /at .*\.ts:/)
  })

  test('giving up is told as that', async () => {
    const giveUp = new AbortController()
    const ended = run(['shop', 'wait', '--json'], { signal: giveUp.signal })
    giveUp.abort()
    const { code, stderr } = await ended
    assert.equal(code, 1)
    assert.equal((JSON.parse(stderr) as { error: { code: string } }).error.code, 'cli.interrupted')
  })

  test('a wrong environment is named by the commands that read it, and only those', async () => {
    const env = { CREATOROPS_PROT: '1' }
    assert.match((await run(['shop', 'home'], { env })).stderr, /did you mean CREATOROPS_PORT/)
    assert.equal((await run(['shop', 'buy', 'bees'], { env })).code, 0)
  })
})

test('help and version go to standard output and end with 0', async () => {
  const help = await run(['shop', 'buy', '--help'])
  assert.equal(help.code, 0)
  assert.match(help.stdout, /Usage: creatorops shop buy \[options\] <thing>[\s\S]*--json/)
  assert.deepEqual(await run(['--version']), { code: 0, stdout: '1.2.3\n', stderr: '' })
})
