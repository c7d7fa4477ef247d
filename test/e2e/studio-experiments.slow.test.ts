import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { accessibilityFaults, complaintsOf, isWiderThanScreen, messagesGone } from './page-checks.ts'
import { type TestApp, startApp } from './start-app.ts'

const post = (body: unknown) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

// One walk through three pages: each part stands on the one before.
describe('flags, experiments and prompts in the Studio', () => {
  let app: TestApp
  let browser: Browser
  let page: Page
  let complaints: string[]

  /** Nothing wider than a phone, nothing axe objects to, in both themes. */
  async function check(name: string): Promise<void> {
    const pictures = process.env['CREATOROPS_TEST_PICTURES']
    // A message that fades out in the middle of a change of themes has colours of both.
    await messagesGone(page)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      assert.deepEqual(await accessibilityFaults(page), [], `${name}, ${colorScheme}`)
      if (pictures) await page.screenshot({ path: `${pictures}/${name}-${colorScheme}.png`, fullPage: true })
    }
    await page.setViewportSize({ width: 375, height: 800 })
    assert.equal(await isWiderThanScreen(page), false, `${name} at 375 px`)
    if (pictures) await page.screenshot({ path: `${pictures}/${name}-phone.png`, fullPage: true })
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.emulateMedia({ colorScheme: 'light' })
  }

  before(async () => {
    ;[app, browser] = await Promise.all([startApp(), launchBrowser()])
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      colorScheme: 'light',
      reducedMotion: 'reduce',
    })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    complaints = complaintsOf(page)
    await page.goto(`${app.url}/flags`)
    await page.getByLabel('E-mail').fill(app.ownerEmail)
    await page.getByLabel('Password').fill(app.ownerPassword)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Flags' }).waitFor()
  })

  after(async () => {
    await browser?.close()
    await app?.stop()
  })

  test('a flag is made, split, and killed', async () => {
    await page.getByRole('link', { name: /Write drafts for new clips/ }).waitFor()
    await page.getByRole('button', { name: 'New flag' }).click()
    await page.getByLabel('Key').fill('player.new')
    await page.getByLabel('Title').fill('New player')
    await page.getByRole('button', { name: 'Make the flag' }).click()
    await page.getByRole('heading', { name: 'New player' }).waitFor()

    await page.getByLabel('Serve').selectOption('split')
    await page.getByLabel('Share of on in percent').fill('30')
    await page.getByText('It must be 100 %.').waitFor()
    await page.getByLabel('Share of off in percent').fill('70')
    await page.getByLabel('Why').fill('Try it on some')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Try it on some').waitFor()
    await check('flag')

    await page.getByRole('button', { name: 'Switch off for everybody' }).click()
    await page.getByRole('button', { name: 'Switch on' }).waitFor()
    const flag = (await (await app.api('/flags/player.new')).json()) as { isOn: boolean; version: number }
    assert.deepEqual([flag.isOn, flag.version], [false, 3])
  })

  test('an experiment is planned, started, and says what it found while one looks', async () => {
    await app.api('/flags/player.new/switch', post({ isOn: true, reason: 'for the experiment' }))
    await page.getByRole('link', { name: 'Experiments' }).click()
    await page.getByRole('button', { name: 'New experiment' }).click()
    await page.getByLabel('Question').fill('Does the new player keep people?')
    await page.getByLabel('Key').fill('player.test')
    await page.getByLabel('Flag').selectOption('player.new')
    await page.getByLabel('What is served now').selectOption('off')
    await page.getByLabel('What decides').fill('watched.all')
    await page.getByRole('button', { name: 'Plan it' }).click()
    await page.getByText('Not started yet.').waitFor()
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await page.getByText('Too early to say.').waitFor()

    const outcomes: Array<{ metric: string; unitId: string }> = []
    for (let index = 0; index < 60; index++) {
      const unitId = `viewer-${index}`
      const given = await app.api('/experiments/player.test/assign', post({ unitId }))
      const { variant } = (await given.json()) as { variant: string }
      if (variant === 'on' || index % 4 === 0) outcomes.push({ metric: 'watched.all', unitId })
    }
    // Outcomes count from the exposure on, so they come after it by the clock.
    await app.api('/experiments/outcomes', post({ outcomes }))
    await page.getByRole('img', { name: /Difference in watched.all/ }).waitFor()
    await page.getByText(/more units in the smallest variant and/).waitFor()
    await check('experiment')
  })

  test('a prompt is changed, previewed with real data, compared and tested', async () => {
    await app.api('/drafts', post({ title: 'How bees find home', body: 'Bees remember landmarks.' }))
    await page.getByRole('link', { name: 'Prompts', exact: true }).click()
    await page.getByRole('link', { name: /Summary of a source/ }).click()
    const text = page.getByLabel('What it is asked (user)')
    await text.fill(`${await text.inputValue()}\nAnswer in plain words.`)
    await check('prompt')
    await page.getByRole('tab', { name: 'Preview' }).click()
    await page.getByText('Bees remember landmarks.').first().waitFor()
    await page.getByText('The lint has nothing to say.').waitFor()
    await check('preview')
    await page.getByRole('tab', { name: 'Text' }).click()
    await page.getByLabel('Why').fill('Plainer')
    await page.getByRole('button', { name: 'Save as a new version' }).click()
    await page.getByRole('tab', { name: 'History' }).click()
    await page.getByRole('button', { name: 'What changed since' }).click()
    await page.getByText('Answer in plain words.').waitFor()
    await check('history')

    await page.getByRole('button', { name: 'Test against another version' }).click()
    await page.getByRole('button', { name: 'Start the test' }).click()
    await page.getByRole('heading', { name: /vault.summary: v1 or v0/ }).waitFor()
    assert.deepEqual(complaints, [])
  })
})
