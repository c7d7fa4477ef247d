import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { accessibilityFaults, complaintsOf, isWiderThanScreen } from './page-checks.ts'
import { spawnCli } from './spawn-cli.ts'
import { type TestApp, startApp } from './start-app.ts'

const recording = resolve(import.meta.dirname, '../../examples/sample/how-bees-decide.mp4')

describe('the page of clip batches', () => {
  let app: TestApp
  let browser: Browser
  let page: Page
  let complaints: string[]
  let assetId = ''

  before(async () => {
    ;[app, browser] = await Promise.all([startApp(), launchBrowser()])
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      colorScheme: 'light',
      reducedMotion: 'reduce',
    })
    page = await context.newPage()
    page.setDefaultTimeout(30_000)
    complaints = complaintsOf(page)
    const upload = await spawnCli(['assets', 'upload', recording, '--json'], { home: app.home }).ended
    assert.equal(upload.code, 0, upload.stderr)
    assetId = (JSON.parse(upload.stdout) as { assetId: string }).assetId
    await page.goto(`${app.url}/batches`)
    await page.getByLabel('E-mail').fill(app.ownerEmail)
    await page.getByLabel('Password').fill(app.ownerPassword)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/batches')
  })
  after(async () => {
    await browser?.close()
    await app?.stop()
  })

  const picture = async (name: string) => {
    const folder = process.env['CREATOROPS_TEST_PICTURES']
    if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
  }

  test('a rule is added, an event starts a batch by it, and the page follows it to the end', async () => {
    await page.getByRole('heading', { name: 'No batches yet' }).waitFor()
    await page.getByRole('button', { name: 'Add a rule' }).click()
    await page.getByLabel('Name').fill('Highlights')
    await page.getByLabel('Shape of the clip').selectOption('9:16')
    await page.getByLabel('Join what was cut into one file').check()
    assert.deepEqual(await accessibilityFaults(page), [])
    await picture('rule-form')
    await page.getByRole('button', { name: 'Save the rule' }).click()
    await page.getByText('score 50 % and more').waitFor()

    const clips = [
      { startMs: 500, endMs: 4_500, score: 0.9, title: 'The waggle dance', reasons: ['Many words a minute'] },
      { startMs: 6_000, endMs: 10_000, score: 0.8, title: 'The vote' },
      { startMs: 3_600_000, endMs: 3_604_000, score: 0.7, title: 'Beyond the end' },
    ]
    const answer = await app.api('/events', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'clips.detected', assetId, clips }),
    })
    assert.equal(answer.status, 202, await answer.clone().text())

    await page.getByRole('link', { name: /Highlights: 3 clips/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Highlights: 3 clips' }).waitFor()
    await page.getByText('Ready in part').first().waitFor({ timeout: 90_000 })
    await page
      .getByText(/recording is .* s long/)
      .first()
      .waitFor()
    await page.getByRole('heading', { name: 'Joined into one file' }).waitFor()
    await page
      .getByLabel('Highlights: 3 clips', { exact: true })
      .locator('video')
      .waitFor({ timeout: 90_000 })
  })

  test('each clip shows its receipt in full, in light and dark, on a desk and on a phone', async () => {
    await page.getByText('How it was cut').first().click()
    const receipt = page.getByLabel('The receipt in full').first()
    await receipt.waitFor()
    const text = await receipt.innerText()
    for (const fact of ['Frames asked for and got', 'Seams', 'Read', 'Computing time']) {
      assert.ok(text.includes(fact), `${fact} in ${text}`)
    }
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1280, 375]) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await page.setViewportSize({ width, height: 900 })
        await receipt.waitFor()
        assert.equal(await isWiderThanScreen(page), false, `${colorScheme} ${width}`)
        assert.deepEqual(await accessibilityFaults(page), [], `${colorScheme} ${width}`)
        await picture(`batch-${colorScheme}-${width}`)
      }
    }
    await page.setViewportSize({ width: 1280, height: 900 })
  })

  test('failed clips are cut again, and the notification leads to the batch', async () => {
    await page.getByRole('button', { name: 'Join the clips' }).click()
    await page.getByText('are being joined').waitFor()
    await page.getByRole('button', { name: 'Cut the failed ones again' }).click()
    await page.getByText('are being cut again').waitFor()
    await page.getByText('Ready in part').first().waitFor({ timeout: 60_000 })
    await page.goto(`${app.url}/`)
    await page
      .getByRole('button', { name: /unread|notification/i })
      .first()
      .click()
    await page.getByText('is ready in part').first().click()
    await page.waitForURL('**/batches/view?id=batch_*')
    await page.getByRole('heading', { level: 1, name: 'Highlights: 3 clips' }).waitFor()
    assert.deepEqual(complaints, [])
  })
})
