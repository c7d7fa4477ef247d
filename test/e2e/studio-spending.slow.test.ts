import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { type LlmServer, startLlmServer } from '../servers/llm-server.ts'
import { launchBrowser } from './browser.ts'
import { accessibilityFaults, complaintsOf, isWiderThanScreen } from './page-checks.ts'
import { spawnCli } from './spawn-cli.ts'
import { type TestApp, startApp } from './start-app.ts'

const shots = process.env['CREATOROPS_TEST_SHOTS']

// One journey: each part stands on the one before.
describe('models and costs', () => {
  let app: TestApp
  let browser: Browser
  let page: Page
  let vendor: LlmServer
  let complaints: string[]
  const shoot = async (name: string) => {
    if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true })
  }
  const cli = (...args: string[]) =>
    spawnCli([...args, '--json'], {
      home: app.home,
      env: { CREATOROPS_URL: app.url, CREATOROPS_API_KEY: app.apiKey },
    }).ended

  before(async () => {
    vendor = await startLlmServer()
    const env = {
      ANTHROPIC_API_KEY: 'key',
      ANTHROPIC_URL: `${vendor.url}/v1`,
      OLLAMA_URL: 'http://127.0.0.1:9/v1',
    }
    ;[app, browser] = await Promise.all([startApp({ env }), launchBrowser()])
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      colorScheme: 'light',
      reducedMotion: 'reduce',
    })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    complaints = complaintsOf(page, [402])
  })
  after(async () => {
    await browser?.close()
    await app?.stop()
    await vendor?.close()
  })

  test('a model is tried in the Studio: its text streams in, with what it cost, and is rated', async () => {
    await page.goto(`${app.url}/models`)
    await page.getByLabel('E-mail').fill(app.ownerEmail)
    await page.getByLabel('Password').fill(app.ownerPassword)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Models', exact: true }).waitFor()
    await page.getByLabel('What should it write?').fill('What do bees do?')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('Bees dance in the hive.').waitFor()
    await page.getByText(/anthropic:claude-sonnet-5\.5 · \$0\.0005/).waitFor()
    await page.getByRole('button', { name: 'Good' }).click()
    await page.getByText('Kept. It counts in the score.').waitFor()
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('From the cache of this hour').waitFor()
    assert.deepEqual(await accessibilityFaults(page), [])
    await shoot('models-light')
  })

  test('a failing vendor is named in the panel, with every reason', async () => {
    vendor.say.ending = 'refusal'
    await page.getByLabel('What should it write?').fill('Something else')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('anthropic refused to write this.').waitFor()
    vendor.say.ending = 'stop'
    await page.getByLabel('Also those that are not set up').check()
    await page.getByText('Use bedrock:luma-ray2').waitFor()
  })

  test('the dashboard shows what it cost, and a budget that is set refuses the next call', async () => {
    await page.getByRole('link', { name: 'Costs', exact: true }).click()
    await page.getByText('Built in for development').waitFor()
    await page.getByText('1 answers came from the development cache, for nothing.').waitFor()
    await page.getByRole('button', { name: 'Set a budget' }).click()
    await page.getByLabel('Limit in US dollars').fill('0.0001')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Workspace, a month').first().waitFor()
    assert.deepEqual(await accessibilityFaults(page), [])
    await shoot('costs-light')
    await page.getByRole('link', { name: 'Models', exact: true }).click()
    await page.getByLabel('What should it write?').fill('One more')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText(/This is estimated at .* has \$0\.00 left/).waitFor()
  })

  test('both pages hold in the dark and on a narrow screen', async () => {
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    await page.setViewportSize({ width: 375, height: 800 })
    for (const [path, heading] of [
      ['models', 'Models'],
      ['costs', 'Costs'],
    ] as const) {
      await page.goto(`${app.url}/${path}`)
      await page.getByRole('heading', { name: heading, exact: true }).waitFor()
      await page
        .getByRole('region', { name: 'Text' })
        .or(page.getByText('Built in for development'))
        .first()
        .waitFor()
      assert.deepEqual(await accessibilityFaults(page), [])
      assert.equal(await isWiderThanScreen(page), false)
      await shoot(`${path}-dark-narrow`)
    }
    assert.deepEqual(complaints, [])
  })

  test('the command line does the same', async () => {
    const budgets = JSON.parse((await cli('costs', 'budgets')).stdout) as {
      items: Array<{ id: string; isBuiltIn: boolean }>
    }
    const own = budgets.items.find(({ isBuiltIn }) => !isBuiltIn)!
    await cli('costs', 'budgets', 'remove', own.id)
    const made = JSON.parse(
      (await cli('models', 'try', 'Hello', '--model', 'anthropic:claude-haiku-5.5')).stdout,
    ) as {
      text: string
      costMicros: number
    }
    assert.equal(made.text, 'Bees dance in the hive.')
    assert.ok(made.costMicros > 0)
    const report = JSON.parse((await cli('costs', 'report', '--by', 'model')).stdout) as {
      rows: Array<{ name: string }>
    }
    assert.ok(report.rows.some(({ name }) => name === 'anthropic:claude-haiku-5.5'))
    const refused = await cli('models', 'choose', 'bedrock:nova-reel', '--kind', 'video')
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /luma-ray2/)
  })

  test('metrics tell of the calls and the breakers', async () => {
    const text = await (
      await fetch(`${app.url}/metrics`, { headers: { authorization: `Bearer ${app.apiKey}` } })
    ).text()
    assert.match(text, /model_calls_total\{[^}]*anthropic:claude-sonnet-5\.5/)
    assert.match(text, /model_breaker\{model="anthropic:claude-sonnet-5\.5"\} 0|model_call_duration_seconds/)
  })
})
