// Debian's Chromium, driven by Playwright; what goes wrong in a page is a failure of the test.

import {mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const require = createRequire(new URL('../../oracle/package.json', import.meta.url));
const {chromium} = require('playwright-core');
export const axeSource = require.resolve('axe-core/axe.min.js');

const CHROMIUM = process.env.OMNI_CHROMIUM ?? '/usr/bin/chromium';
const SHOTS = process.env.OMNI_SHOTS;

export const looks = {
  light: {viewport: {width: 1280, height: 860}, colorScheme: 'light'},
  dark: {viewport: {width: 1280, height: 860}, colorScheme: 'dark'},
  phone: {viewport: {width: 390, height: 844}, colorScheme: 'light', isMobile: true, hasTouch: true},
};

/** A browser for the test. */
export async function startBrowser(t) {
  const profile = mkdtempSync(join(tmpdir(), 'omni-chromium-'));
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    timeout: 120_000,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
           '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    env: {...process.env, HOME: profile},
  });
  t.after(async () => {
    await browser.close();
    rmSync(profile, {recursive: true, force: true});
  });
  return browser;
}

/** A page of that look, and what went wrong in it: errors on the console, of scripts, of the policy. */
export async function openPage(browser, look, omni, token) {
  const context = await browser.newContext({...look, reducedMotion: 'reduce'});
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);  // a machine may be busy with other tests
  const problems = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`script: ${error.message}`));
  await page.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) =>
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`)));
  await page.goto(`${omni.url}/console`);
  if (token) {
    await page.getByLabel('Administrator’s token').fill(token);
    await page.getByRole('button', {name: 'Open the console'}).click();
    await page.locator('#pulse[data-state="live"]').waitFor();
  }
  return {page, problems, close: () => context.close()};
}

/** Keeps a picture where OMNI_SHOTS names a folder. */
export async function shoot(page, name) {
  if (!SHOTS) return;
  mkdirSync(SHOTS, {recursive: true});
  await page.screenshot({path: join(SHOTS, `${name}.png`)});
}
