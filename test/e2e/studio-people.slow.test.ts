import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { accessibilityFaults } from './page-checks.ts'
import { type TestApp, startApp } from './start-app.ts'

describe('the doors of the Studio', () => {
  let app: TestApp
  let browser: Browser
  const read = async <Body>(path: string) => (await (await app.api(path)).json()) as Body
  const openPage = async (): Promise<Page> =>
    (await browser.newContext({ reducedMotion: 'reduce' })).newPage()

  before(async () => {
    ;[app, browser] = await Promise.all([startApp(), launchBrowser()])
  })

  after(async () => {
    await browser?.close()
    await app?.stop()
  })

  test('lets an invited person in, and asks for an own password after a one-time one', async () => {
    const json = { 'content-type': 'application/json' }
    const invited = await app.api('/invitations', {
      method: 'POST',
      headers: { ...json, 'idempotency-key': 'studio-journey' },
      body: JSON.stringify({ email: 'editor@example.com', role: 'editor' }),
    })
    const { url } = (await invited.json()) as { url: string }
    const guest = await openPage()
    await guest.goto(app.url + new URL(url).pathname)
    await guest.getByLabel('Your name').fill('Grace')
    await guest.getByLabel('Choose a password').fill('a first password of mine')
    assert.deepEqual(await accessibilityFaults(guest), [])
    await guest.getByRole('button', { name: 'Create account and join' }).click()
    await guest.getByRole('heading', { name: 'Recent productions' }).waitFor()

    const { workspaceId } = await read<{ workspaceId: string }>('/me')
    const members = await read<{ items: Array<{ personId: string; name: string }> }>(
      `/workspaces/${workspaceId}/members`,
    )
    const { personId } = members.items.find((member) => member.name === 'Grace')!
    const reset = await app.api(`/workspaces/${workspaceId}/members/${personId}/one-time-password`, {
      method: 'POST',
    })
    const { oneTimePassword } = (await reset.json()) as { oneTimePassword: string }
    await guest.goto(`${app.url}/sign-in`)
    await guest.getByLabel('E-mail').fill('editor@example.com')
    await guest.getByLabel('Password').fill(oneTimePassword)
    await guest.getByRole('button', { name: 'Sign in' }).click()
    await guest.waitForURL('**/change-password')
    await guest.getByLabel('One-time password').fill(oneTimePassword)
    await guest.getByLabel('New password', { exact: true }).fill('another password of mine')
    await guest.getByLabel('New password again').fill('another password of mine')
    assert.deepEqual(await accessibilityFaults(guest), [])
    await guest.getByRole('button', { name: 'Save password' }).click()
    await guest.getByRole('heading', { name: 'Recent productions' }).waitFor()
    await guest.context().close()
  })

  test('keeps the chosen theme over a reload, and closes every page after signing out', async () => {
    const page = await openPage()
    await page.emulateMedia({ colorScheme: 'light' })
    await page.goto(`${app.url}/sign-in`)
    await page.getByLabel('E-mail').fill(app.ownerEmail)
    await page.getByLabel('Password').fill(app.ownerPassword)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Recent productions' }).waitFor()
    await page.getByRole('button', { name: 'Account' }).click()
    await page.getByRole('menuitem', { name: 'Dark' }).click()
    await page.locator('html[data-theme="dark"]').waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Recent productions' }).waitFor()
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark')

    await page.getByRole('button', { name: 'Account' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.waitForURL('**/sign-in')
    await page.goto(`${app.url}/media`)
    await page.waitForURL('**/sign-in?next=%2Fmedia')
    await page.context().close()
  })

  test('says until when sign-in is locked after repeated failures', async () => {
    const page = await openPage()
    await page.goto(`${app.url}/sign-in`)
    await page.getByLabel('E-mail').fill('somebody@example.com')
    const answer = page.getByRole('alert').filter({ hasText: /do not match|Too many attempts/ })
    for (let attempt = 0; attempt < 12; attempt++) {
      await page.getByLabel('Password').fill(`guess ${attempt}`)
      const answered = page.waitForResponse('**/api/auth/sign-in/email')
      await page.getByRole('button', { name: 'Sign in' }).click()
      if ((await answered).status() === 429) break
    }
    await answer.filter({ hasText: /You can try again at \d+:\d\d:\d\d/ }).waitFor()
    await page.context().close()
  })
})
