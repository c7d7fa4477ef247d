import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { setTimeout as pause } from 'node:timers/promises'
import type { Locator, Page } from 'playwright-core'

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const wcag22AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

type AxeResult = {
  violations: Array<{ id: string; nodes: Array<{ html: string; failureSummary?: string }> }>
}

/** What axe finds on the page as it is now, by WCAG 2.2 AA: rule, element and what is wrong. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await atRest(page)
  // Evaluated by the debugger, so the page's own policy against foreign scripts stays on.
  await page.evaluate(await readFile(axePath, 'utf8'))
  const options = JSON.stringify({ runOnly: { type: 'tag', values: wcag22AA } })
  const result = (await page.evaluate(`axe.run(document, ${options})`)) as AxeResult
  return result.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
  )
}

const threeFrames = `new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))`
const stillMoving = `document.getAnimations().some((animation) =>
  animation.playState === 'running' && animation.effect?.getTiming().iterations !== Infinity)`

/** Colours are judged as they stay: a change of theme has reached the page, and nothing fades any more. */
export async function atRest(page: Page): Promise<void> {
  await page.evaluate(threeFrames)
  await until('the page has come to rest', 20_000, async () => !(await page.evaluate(stillMoving)))
}

/** A message that passes would be judged, or photographed, in the middle of its fade. */
export async function messagesGone(page: Page): Promise<void> {
  const isGone = async () => (await page.locator('[data-sonner-toast]').count()) === 0
  await until('messages have gone', 30_000, isGone)
}

/** Whether a person would have to scroll sideways to see all of the page. */
export function isWiderThanScreen(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > innerWidth') as Promise<boolean>
}

/**
 * Collects script errors, console errors and refused policies of a page from now on. Expected refusals are left out;
 * `provokes` names further statuses that this test causes on purpose.
 */
export function complaintsOf(page: Page, provokes: number[] = []): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // The browser writes a line for each answer of 400 and above; those that a test provokes are its business.
    const isProvoked = [401, 412, 415, ...provokes].some((status) =>
      message.text().includes(`status of ${status}`),
    )
    if (message.type() === 'error' && !isProvoked) complaints.push(`${message.text()} (${page.url()})`)
  })
  return complaints
}

type VideoElement = {
  currentTime: number
  videoWidth: number
  paused: boolean
  playbackRate: number
  currentSrc: string
}

/** What a video element is doing. */
export function playbackOf(video: Locator) {
  return video.evaluate((element: VideoElement) => ({
    timeS: element.currentTime,
    width: element.videoWidth,
    isPaused: element.paused,
    rate: element.playbackRate,
    source: element.currentSrc,
  }))
}

/** The file that the browser saves when a person does this. */
export async function downloadOf(
  page: Page,
  act: () => Promise<void>,
): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), act()])
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') }
}

/** Looks again and again until it is so; fails with the sentence when it is not in time. */
export async function until(
  sentence: string,
  timeoutMs: number,
  look: () => Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await look())) {
    assert.ok(performance.now() < deadline, `not in ${timeoutMs} ms: ${sentence}`)
    await pause(50)
  }
}
