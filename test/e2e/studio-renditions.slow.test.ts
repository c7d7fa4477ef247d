import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { makeMedia } from '../fixtures/media/make-media.ts'
import { launchBrowser } from './browser.ts'
import { accessibilityFaults, complaintsOf, isWiderThanScreen, playbackOf, until } from './page-checks.ts'
import { clientOf, endOf, startOn } from './produce.ts'
import { type TestApp, startApp } from './start-app.ts'

// One journey: each part stands on the one before.
describe('files and packages of a recording, in the Studio', () => {
  let app: TestApp
  let browser: Browser
  let page: Page
  let complaints: string[]
  let assetId = ''

  before(async () => {
    ;[app, browser] = await Promise.all([startApp(), launchBrowser()])
    const path = await makeMedia({ path: join(app.home, 'talk.mp4'), seconds: 6, width: 640, height: 360 })
    const client = clientOf(app)
    const started = await startOn(client, path)
    assetId = started.assetId
    assert.equal((await endOf(client, started.id)).state, 'succeeded')
    await rm(path, { force: true })
    const context = await browser.newContext({
      viewport: { width: 375, height: 800 },
      colorScheme: 'dark',
      reducedMotion: 'reduce',
    })
    page = await context.newPage()
    page.setDefaultTimeout(30_000)
    complaints = complaintsOf(page)
    await page.goto(`${app.url}/media/view?id=${assetId}`)
    await page.getByLabel('E-mail').fill(app.ownerEmail)
    await page.getByLabel('Password').fill(app.ownerPassword)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Renditions' }).waitFor()
  })

  after(async () => {
    await browser?.close()
    await app?.stop()
  })

  test('a file for TikTok is made, shows its score and can be downloaded', async () => {
    await page.getByLabel('Make a file for').selectOption('tiktok')
    await page.getByText(/Takes up to 10 min/).waitFor()
    await page.getByRole('button', { name: 'Make it' }).click()
    const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'TikTok' }) })
    await card.getByText('Ready').waitFor({ timeout: 120_000 })
    await card.getByText(/SSIM 0\.9/).waitFor()
    await card.getByText(/640 × 1136/).waitFor()
    const href = await card.getByRole('link', { name: 'Download' }).getAttribute('href')
    const file = await fetch(new URL(href!, app.url))
    assert.equal(file.headers.get('content-type'), 'video/mp4')
    assert.equal((await file.arrayBuffer()).byteLength > 1_000, true)
  })

  test('an encrypted package is made and plays, and its key is given to nobody who is not signed in', async () => {
    const keys: string[] = []
    page.on('request', (request) => request.url().includes('/media-keys/') && keys.push(request.url()))
    await page.getByLabel('Encrypt it (HLS only)').check()
    await page.getByRole('button', { name: 'Make a package' }).click()
    await page.getByText('Encrypted', { exact: true }).waitFor({ timeout: 120_000 })
    await page.reload()
    const video = page.locator('video').first()
    await until(
      'the encrypted package shows pictures',
      30_000,
      async () => (await playbackOf(video)).width > 0,
    )
    await page.getByRole('button', { name: 'Play', exact: true }).click()
    await until('it plays', 30_000, async () => (await playbackOf(video)).timeS > 0.5)
    assert.ok(keys.length > 0, 'the player asked for the key')
    assert.equal((await fetch(keys[0]!)).status, 401)
  })

  test('fits a phone, and axe finds no fault', async () => {
    assert.equal(await isWiderThanScreen(page), false)
    assert.deepEqual(await accessibilityFaults(page), [])
    if (process.env['SCREENSHOTS']) {
      const path = (name: string) => join(process.env['SCREENSHOTS']!, name)
      await page.screenshot({ path: path('renditions-phone.png'), fullPage: true })
      await page.setViewportSize({ width: 1280, height: 900 })
      await page.screenshot({ path: path('renditions-wide.png'), fullPage: true })
    }
    assert.deepEqual(complaints, [])
  })
})
