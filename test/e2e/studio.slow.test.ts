import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { type TestApp, startApp } from './start-app.ts'
import {
  accessibilityFaults,
  complaintsOf,
  downloadOf,
  isWiderThanScreen,
  playbackOf,
  until,
} from './page-checks.ts'

const recording = resolve(import.meta.dirname, '../../examples/sample/how-bees-decide.mp4')

type Named = { items: Array<{ id: string; name: string }> }

// One journey, as a new person walks it: each part stands on the one before.
describe('the Studio', () => {
  let app: TestApp
  let browser: Browser
  let page: Page
  let complaints: string[]
  const read = async <Body>(path: string) => (await (await app.api(path)).json()) as Body

  before(async () => {
    ;[app, browser] = await Promise.all([startApp(), launchBrowser()])
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      colorScheme: 'light',
      // Colours are judged as they stay, not in the middle of a fade.
      reducedMotion: 'reduce',
    })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    complaints = complaintsOf(page)
  })

  after(async () => {
    await browser?.close()
    await app?.stop()
  })

  test('asks for sign-in, refuses a wrong password in words, and returns to the page that was asked for', async () => {
    await page.goto(`${app.url}/drafts`)
    await page.waitForURL('**/sign-in?next=%2Fdrafts')
    await page.getByLabel('E-mail').fill(app.ownerEmail)
    await page.getByLabel('Password').fill('not the password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('E-mail and password do not match.').waitFor()
    assert.deepEqual(await accessibilityFaults(page), [])

    await page.getByLabel('Password').fill(app.ownerPassword)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/drafts')
    await page.getByRole('heading', { name: 'No drafts yet' }).waitFor()
  })

  test('uploads a dropped recording, pauses it, goes on where it stopped, and starts the work', async () => {
    await page.getByRole('link', { name: 'Home' }).click()
    await page.getByRole('heading', { name: 'Drop a recording here' }).waitFor()
    const network = await page.context().newCDPSession(page)
    // On the loopback a whole upload fits between two looks; this leaves time to press pause.
    const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 600 * 1024 }
    await network.send('Network.emulateNetworkConditions', slow)

    await page.getByLabel('Recording to upload').setInputFiles(recording)
    const upload = page.locator('[data-upload-phase]')
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.locator('[data-upload-phase="paused"]').waitFor()
    assert.equal((await read<Named>('/assets')).items.length, 0)

    await page.getByRole('button', { name: 'Go on' }).click()
    await upload.waitFor({ state: 'detached', timeout: 60_000 })
    await network.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: -1 })
    await page.getByText('CreatorOps is working on').waitFor()
    const { items } = await read<Named>('/assets')
    assert.deepEqual(
      items.map((asset) => asset.name),
      ['how-bees-decide.mp4'],
    )
  })

  test('says in words why a file is refused, and does not offer to send it again', async () => {
    await page.getByLabel('Recording to upload').setInputFiles({
      name: 'holiday.mp4',
      mimeType: 'video/mp4',
      buffer: Buffer.from('only words, whatever the name says\n'.repeat(50)),
    })
    const row = page.locator('[data-upload-phase="failed"]')
    await row.getByText('assets.typeNotAllowed').waitFor()
    assert.equal(await row.getByRole('button', { name: 'Try again' }).count(), 0)
    assert.deepEqual(await accessibilityFaults(page), [])
    await row.getByRole('button', { name: 'Cancel upload' }).click()
    await row.waitFor({ state: 'detached' })
  })

  test('shows the run with live progress until it is done, without a reload', async () => {
    await page.getByRole('link', { name: 'Runs' }).first().click()
    await page.getByRole('link', { name: /how bees decide/ }).click()
    const bar = page.getByRole('progressbar', { name: 'Progress of how bees decide' }).first()
    const seen = new Set<string>()
    const done = page.getByText(/^took /)
    await until('the run is done', 300_000, async () => {
      const percent = await bar.getAttribute('aria-valuenow', { timeout: 200 }).catch(() => null)
      if (percent !== null) seen.add(percent)
      return done.isVisible()
    })
    assert.ok(seen.size >= 3, `progress moved through ${[...seen].join(', ')}`)
    await page.getByRole('link', { name: 'The recording' }).waitFor()
    assert.deepEqual(await accessibilityFaults(page), [])
  })

  test('plays the recording from HLS and obeys the keyboard', async () => {
    await page.getByRole('link', { name: 'The recording' }).click()
    const video = page.locator('section[aria-label="Player"] video')
    await video.waitFor()
    const look = () => playbackOf(video)
    await until('the first picture is there', 20_000, async () => (await look()).width > 0)
    assert.match((await look()).source, /^blob:/, 'played through hls.js, not as a plain file')

    await page.keyboard.press('Space')
    await until('it plays', 20_000, async () => (await look()).timeS > 0.5)
    await page.keyboard.press('l')
    assert.equal((await look()).rate, 1.5)
    await page.keyboard.press('k')
    const paused = await look()
    assert.deepEqual([paused.isPaused, paused.rate], [true, 1])

    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowRight')
    await until('it stepped', 5000, async () => (await look()).timeS > paused.timeS)
    assert.ok((await look()).timeS < paused.timeS + 0.12, 'a step is about one frame')

    await page.keyboard.press('j')
    await until('it runs backwards', 10_000, async () => (await look()).timeS < paused.timeS - 0.2)
    await page.keyboard.press('k')
  })

  test('shows what was found, and the suggested clips with their reasons and receipts', async () => {
    await page.getByRole('heading', { name: 'Loudness' }).waitFor()
    await page.getByText(/LUFS/).first().waitFor()
    await page
      .getByText(/scene changes?$/)
      .first()
      .waitFor()
    const cards = page.locator('li[id^="clip_"]')
    await cards.first().waitFor()
    const clipCount = await cards.count()
    assert.ok(clipCount >= 1 && clipCount <= 3)
    await cards.first().getByText('How it was cut').click()
    await cards
      .first()
      .getByText(/Exactly the \d+ frames asked for/)
      .waitFor()
    await cards.first().getByText('Why this one').click()
    assert.deepEqual(await accessibilityFaults(page), [])
  })

  test('exports the cut list for an editor', async () => {
    await page.getByRole('button', { name: 'Export cut list' }).click()
    assert.deepEqual(await accessibilityFaults(page), [])
    const item = page.getByRole('menuitem', { name: 'EDL (CMX 3600)' })
    const { name, text } = await downloadOf(page, () => item.click())
    assert.equal(name, 'how-bees-decide.edl')
    assert.match(text, /FROM CLIP NAME: {2}how-bees-decide\.mp4/)
  })

  test('marks a clip with I and O, moves its ends by mouse and keyboard, and cuts it', async () => {
    const cards = page.locator('li[id^="clip_"]')
    const before = await cards.count()
    const text = page.locator('[data-clip-range]')
    await page.getByRole('button', { name: 'Play', exact: true }).focus()
    await page.keyboard.press('0')
    await page.getByRole('slider', { name: 'Position' }).focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('PageDown')
    await page.keyboard.press('i')
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('o')
    await until('a range is marked', 5000, async () => / · 0:0[12]\./.test((await text.textContent()) ?? ''))

    const outHandle = page.getByRole('slider', { name: 'Out point' })
    const box = (await outHandle.boundingBox())!
    await page.mouse.move(box.x + 6, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x + 46, box.y + box.height / 2, { steps: 5 })
    await page.mouse.up()
    const dragged = Number(await outHandle.getAttribute('aria-valuenow'))
    assert.ok(dragged > 13_000, `dragged to ${dragged} ms`)
    await outHandle.focus()
    await page.keyboard.press('ArrowLeft')
    const stepped = Number(await outHandle.getAttribute('aria-valuenow'))
    assert.ok(dragged - stepped > 10 && dragged - stepped < 110, `one frame back is ${dragged - stepped} ms`)

    await page.getByLabel('Title of the new clip').fill('By hand')
    await page.getByRole('button', { name: 'Create clip' }).click()
    const card = cards.filter({ hasText: 'By hand' })
    await card.getByText('Ready').waitFor({ timeout: 60_000 })
    assert.equal(await cards.count(), before + 1)
    await card.getByText('How it was cut').click()
    await card.getByText(/Exactly the \d+ frames asked for/).waitFor()
  })

  test('saves a draft, and shows both versions when somebody else was faster', async () => {
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Drafts' }).click()
    await page.getByRole('main').getByRole('link').first().click()
    await page.getByLabel('Title').fill('Bees vote by dancing')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved', { exact: true }).last().waitFor()
    await page.reload()
    await until(
      'the title is still there',
      10_000,
      async () => (await page.getByLabel('Title').inputValue()) === 'Bees vote by dancing',
    )

    await page.getByLabel('Text').fill('Mine')
    const id = new URL(page.url()).searchParams.get('id')
    const { version } = await read<{ version: number }>(`/drafts/${id}`)
    const faster = await app.api(`/drafts/${id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', 'if-match': `"v${version}"` },
      body: JSON.stringify({ body: 'Theirs' }),
    })
    assert.equal(faster.status, 200)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Somebody else changed this draft' }).waitFor()
    assert.deepEqual(await accessibilityFaults(page), [])
    await page.getByRole('button', { name: 'Save mine over theirs' }).click()
    await page
      .getByRole('heading', { name: 'Somebody else changed this draft' })
      .waitFor({ state: 'detached' })
    const saved = async () => (await read<{ body: string }>(`/drafts/${id}`)).body
    await until('mine is saved', 10_000, async () => (await saved()) === 'Mine')
  })

  test('finds pages and things by keyboard, and lists its shortcuts', async () => {
    await page.getByRole('main').press('Escape')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('combobox').fill('decide.mp4')
    await page.getByRole('option', { name: 'how-bees-decide.mp4' }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL('**/media/view?id=asset_*')
    await page.keyboard.press('g')
    await page.keyboard.press('h')
    await page.getByRole('heading', { name: 'Recent productions' }).waitFor()
  })

  test('opens pretty addresses directly, and says so when there is nothing', async () => {
    const { items } = await read<Named>('/runs')
    await page.goto(`${app.url}/runs/${items.at(-1)!.id}`)
    await page.getByRole('heading', { name: 'how bees decide', level: 1 }).waitFor()
    assert.equal((await page.goto(`${app.url}/no/such/page`))?.status(), 404)
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor()
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes('404')))
  })

  for (const theme of ['light', 'dark'] as const) {
    for (const width of [1280, 375]) {
      test(`is accessible and fits the screen: ${theme}, ${width} px`, async () => {
        await page.emulateMedia({ colorScheme: theme })
        await page.setViewportSize({ width, height: 820 })
        const { items: assets } = await read<Named>('/assets?kind=recording')
        const { items: drafts } = await read<Named>('/drafts')
        const { items: runs } = await read<Named>('/runs')
        const addresses = [
          '/',
          '/media',
          `/media/view?id=${assets[0]!.id}`,
          '/drafts',
          `/drafts/view?id=${drafts[0]!.id}`,
          '/runs',
          `/runs/view?id=${runs[0]!.id}`,
          ...['profile', 'members', 'keys', 'workspace'].map((section) => `/settings?section=${section}`),
        ]
        for (const address of addresses) {
          await page.goto(app.url + address)
          await page.locator('main h1, main h2').first().waitFor({ state: 'attached' })
          await page.waitForLoadState('load')
          assert.deepEqual(await accessibilityFaults(page), [], address)
          assert.equal(await isWiderThanScreen(page), false, `${address} scrolls sideways`)
        }
        assert.equal(await page.locator('html').getAttribute('data-theme'), theme)
      })
    }
  }

  test('never broke a script, a policy or a request on the way', () => {
    assert.deepEqual(complaints, [])
  })
})
