import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { startPolly } from '../servers/polly-server.ts'
import { launchBrowser } from './browser.ts'
import { accessibilityFaults, atRest, isWiderThanScreen, messagesGone } from './page-checks.ts'
import { startApp, type TestApp } from './start-app.ts'

describe('topics, settings and secrets in the Studio', () => {
  let polly: Awaited<ReturnType<typeof startPolly>>
  let app: TestApp
  let browser: Browser
  let page: Page

  before(async () => {
    polly = await startPolly()
    const env = {
      POLLY_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL_POLLY: polly.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    }
    ;[app, browser] = await Promise.all([startApp({ env }), launchBrowser()])
    const context = await browser.newContext({ reducedMotion: 'reduce', colorScheme: 'light' })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    await page.goto(`${app.url}/sign-in`)
    await page.getByLabel('E-mail').fill(app.ownerEmail)
    await page.getByLabel('Password').fill(app.ownerPassword)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Recent productions' }).waitFor()
  })

  after(async () => {
    await browser?.close()
    await app?.stop()
    await polly?.close()
  })

  /** Judges the page wide and narrow, light and dark; keeps pictures where a folder for them is named. */
  async function look(name: string): Promise<void> {
    const folder = process.env['CREATOROPS_TEST_SCREENSHOTS']
    for (const [theme, width] of [
      ['light', 1280],
      ['dark', 375],
    ] as const) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      // Colours are judged as they stay, not in the middle of a fade, and without passing messages.
      await messagesGone(page)
      await atRest(page)
      if (folder) {
        await mkdir(folder, { recursive: true })
        await page.screenshot({ path: join(folder, `${name}-${theme}.png`), fullPage: true })
      }
      assert.deepEqual(await accessibilityFaults(page), [], `${name}, ${theme}`)
      assert.equal(await isWiderThanScreen(page), false, `${name} at ${width}`)
    }
    await page.setViewportSize({ width: 1280, height: 900 })
  }

  test('a person changes the voice and length of a topic, sees the new estimate, and saves it', async () => {
    await page.goto(`${app.url}/settings?section=topics`)
    await page.getByRole('link', { name: /Health/ }).waitFor()
    await look('topics')
    await page.getByRole('link', { name: /Health/ }).click()
    const estimate = page.getByRole('region', { name: 'Estimate for one video' })
    await estimate.getByText('$0.00').first().waitFor()
    const paid = page.getByLabel('Voice', { exact: true }).locator('option', { hasText: 'a minute' }).first()
    await page.getByLabel('Voice', { exact: true }).selectOption((await paid.getAttribute('value'))!)
    await page.getByLabel('Longest video, in minutes').fill('8')
    await estimate.getByText(/Narration of 6\.5 min/).waitFor()
    await estimate.locator('dd', { hasText: /\$0\.[0-9]*[1-9]/ }).waitFor()
    await look('topic')
    await page.getByRole('button', { name: 'Save voice and length' }).click()
    await page.getByText('Saved').waitFor()
    const answer = await app.api('/topics/health/estimate')
    const { totalMicros, seconds } = (await answer.json()) as { totalMicros: number; seconds: number }
    assert.equal(seconds, 390)
    assert.ok(totalMicros > 0)
  })

  test('a topic is changed in words, and its history brings the old ones back', async () => {
    await page.goto(`${app.url}/settings?section=topics&topic=finance`)
    await page.getByLabel('Audience').fill('Everyone with a wallet.')
    await page.getByRole('button', { name: 'Save topic' }).click()
    await page.getByText('v1', { exact: true }).waitFor()
    // The form begins anew with what was saved; typing waits for that.
    await page.reload()
    await page.getByRole('button', { name: 'Bring version 0 back' }).click()
    await page.getByText('v2', { exact: true }).waitFor()
    assert.match(await page.getByLabel('Audience').inputValue(), /household/)
  })

  test('settings are searched, changed and brought back, and say where they come from', async () => {
    await page.goto(`${app.url}/settings?section=workspace`)
    await page.getByLabel('Search settings').fill('how many clips')
    await page.getByText('clips.count').waitFor()
    assert.equal(await page.getByText('clips.minMs').count(), 0)
    await page.getByRole('button', { name: 'Change “Suggested clips”' }).click()
    await page.getByLabel('Value').fill('5')
    await page.getByLabel('Why').fill('more shorts')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Set here').waitFor()
    await page.getByRole('button', { name: 'History of “Suggested clips”' }).click()
    await page.getByText('more shorts').waitFor()
    await look('history')
    await page.keyboard.press('Escape')
    await page.getByLabel('Search settings').fill('')
    await look('settings')
  })

  test('a secret goes in and is never seen again', async () => {
    await page.goto(`${app.url}/settings?section=secrets`)
    await page.getByRole('button', { name: 'Add a secret' }).click()
    await page.getByLabel('Name').fill('elevenlabs.apiKey')
    await page.getByLabel('Value').fill('canary-from-the-browser')
    await look('secret-form')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('elevenlabs.apiKey').waitFor()
    await look('secrets')
    assert.ok(!(await page.content()).includes('canary'))
    assert.ok(!(await (await app.api('/secrets')).text()).includes('canary'))
    await page.getByRole('button', { name: 'Delete elevenlabs.apiKey' }).click()
    await page.getByText('No secrets are set.').waitFor()
  })
})
