// The console as people use it, in a real browser over the real program.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';

import {admin, giveUpOn} from '../admin_client.mjs';
import * as carriers from '../carriers.mjs';
import {Omni, SECRETS} from '../harness.mjs';
import {axeSource, looks, openPage, shoot, startBrowser} from './browser.mjs';

const {send} = carriers;
const TOKEN = SECRETS.OMNI_ADMIN_TOKEN;
const views = ['Live', 'Traffic', 'Rejections', 'Queues', 'Quarantine', 'Channels', 'Playground'];

/** A host with something to see in every view. */
async function startHost(t) {
  const omni = await Omni.start(t);
  await send(omni.url, carriers.whatsapp('dead'));
  await giveUpOn(omni, 'acme:whatsapp:inbound', 'the CRM answered 500');
  for (const request of [
    carriers.whatsapp('1', 'Is the blue one still there?'), carriers.twilioSms(), carriers.bandwidth(),
    carriers.livechatWebhook(), await carriers.messagebirdSms(), await carriers.messagebirdReport(),
    carriers.inteliquentSms(), carriers.whatsapp('2', 'Thank you! 🎉'),
  ]) {
    assert.equal((await send(omni.url, request)).status, 200);
  }
  const forged = carriers.twilioSms();
  forged.headers['X-Twilio-Signature'] = 'bm90IHRoZSBzaWduYXR1cmU=';
  assert.equal((await send(omni.url, forged)).status, 401);
  assert.equal((await send(omni.url, carriers.inteliquent({type: 'sms', text: 'hi'}))).status, 422);
  return omni;
}

async function visit(page, view) {
  await page.getByRole('navigation', {name: 'Views'}).getByRole('link', {name: view}).click();
  await page.getByRole('heading', {level: 1, name: view}).waitFor();
  await page.waitForFunction(() => document.querySelector('main .loading') === null);
}

async function audit(page, where) {
  // Over the debugging protocol: the policy of the page lets no foreign script in.
  await page.evaluate(readFileSync(axeSource, 'utf8'));
  const {violations} = await page.evaluate(() => window.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}));
  const told = violations.map(({id, nodes}) => `${id}: ${nodes.map(({html}) => html.slice(0, 120)).join(' | ')}`);
  assert.deepEqual(told, [], where);
}

test('every view, in light, in dark and on a phone', async (t) => {
  const omni = await startHost(t);
  const browser = await startBrowser(t);
  for (const [name, look] of Object.entries(looks)) {
    await t.test(name, async () => {
      const {page, problems, close} = await openPage(browser, look, omni, TOKEN);
      for (const view of views) {
        await visit(page, view);
        if (view === 'Live') await page.locator('.tape-row').nth(7).waitFor();
        if (view === 'Rejections') await page.getByText('signature_mismatch').first().waitFor();
        if (view === 'Quarantine') await page.getByRole('button', {name: 'Replay'}).waitFor();
        if (view === 'Queues') {
          await page.getByRole('button', {name: 'Dead letters of acme:whatsapp:inbound'}).click();
          await page.getByText('the CRM answered 500').waitFor();
        }
        if (view === 'Playground') {
          await page.getByRole('button', {name: 'Rehearse'}).click();
          await page.locator('.stage').first().waitFor();
        }
        await shoot(page, `${view.toLowerCase()}-${name}`);
        await audit(page, `${view}, ${name}`);
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(beyond <= 0, `${view} is ${beyond} pixels wider than the ${name} screen`);
      }
      assert.deepEqual(problems, []);
      await close();
    });
  }
});

test('only with a token', async (t) => {
  const omni = await startHost(t);
  const browser = await startBrowser(t);
  const {page, problems} = await openPage(browser, looks.light, omni);
  await audit(page, 'the gate');
  await page.getByLabel('Administrator’s token').fill('wrong');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({hasText: 'does not know this token'}).waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  assert.ok(problems.every((problem) => problem.includes('401')), problems.join());
  await page.getByLabel('Administrator’s token').fill(TOKEN);
  await page.keyboard.press('Enter');
  await page.locator('.tape-row').first().waitFor();
  await page.reload();
  await page.locator('.tape-row').first().waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem('omni.token')), null, 'it is kept for the tab only');
  await page.getByRole('button', {name: 'Sign out'}).click();
  await page.getByRole('button', {name: 'Open the console'}).waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
});

test('events come by themselves, are filtered, and are shown in detail', async (t) => {
  const omni = await startHost(t);
  const browser = await startBrowser(t);
  const {page, problems} = await openPage(browser, looks.light, omni, TOKEN);
  await page.locator('.tape-row').nth(7).waitFor();
  const hostile = '<img src=x onerror=alert(1)>&lt;b&gt;';
  await send(omni.url, carriers.whatsapp('hostile', hostile));
  await page.getByText(hostile).waitFor();
  assert.equal(await page.locator('main img').count(), 0, 'text is text');

  const twilio = page.getByRole('button', {name: 'twilio', exact: true, pressed: false});
  await twilio.click();
  await page.waitForFunction(() => [...document.querySelectorAll('.tape-row')].every((row) => row.dataset.carrier === 'twilio'));
  await page.getByRole('button', {name: 'twilio', exact: true, pressed: true}).click();
  await page.getByLabel('Find').fill('blue one');
  await page.waitForFunction(() => document.querySelectorAll('.tape-row').length === 1);
  await page.getByLabel('Find').fill('nothing has this');
  await page.getByText('Nothing matches').waitFor();
  await page.getByLabel('Find').fill('');

  await page.getByRole('button', {name: 'Pause'}).click();
  const shown = await page.locator('.tape-row').count();
  await send(omni.url, carriers.whatsapp('while paused', 'while paused'));
  await page.getByRole('button', {name: 'Go on'}).click();
  await page.getByText('while paused').waitFor();
  assert.equal(await page.locator('.tape-row').count(), shown + 1);

  await page.getByText('blue one').click();
  const drawer = page.getByRole('dialog');
  await drawer.getByText('omni.event.v1').waitFor();
  await audit(page, 'the drawer');
  await shoot(page, 'drawer-light');
  const text = await drawer.innerText();
  assert.ok(!text.includes('447700900123') && text.includes('***0123'), 'addresses are masked');
  await page.keyboard.press('Escape');
  await drawer.waitFor({state: 'hidden'});
  assert.deepEqual(problems, []);
});

test('dead letters go back, capsules are replayed, channels switched and added', async (t) => {
  const omni = await startHost(t);
  const browser = await startBrowser(t);
  const {page, problems} = await openPage(browser, looks.light, omni, TOKEN);
  await visit(page, 'Queues');
  await page.getByRole('button', {name: 'Dead letters of acme:whatsapp:inbound'}).click();
  await page.getByRole('button', {name: 'Put them back into the queue'}).click();
  assert.equal((await admin(omni, 'GET', '/admin/dead')).body.events.length, 1, 'one press does nothing');
  await page.getByRole('button', {name: 'Really? Press again'}).click();
  await page.getByText('1 dead letter went back').first().waitFor();
  assert.deepEqual((await admin(omni, 'GET', '/admin/dead')).body.events, []);

  await visit(page, 'Quarantine');
  await page.getByRole('button', {name: 'Look'}).click();
  await page.getByRole('dialog').getByText('omni.capsule.v1').waitFor();
  await page.getByRole('button', {name: 'Close'}).click();
  await page.getByRole('button', {name: 'Replay'}).click();
  await page.getByText('still not understood').first().waitFor();
  await page.getByRole('button', {name: 'Delete'}).click();
  await page.getByRole('button', {name: 'Gone for good? Press again'}).click();
  await page.getByText('Nothing in quarantine').waitFor();

  await visit(page, 'Channels');
  await page.getByRole('switch', {name: 'twilio-1 is served'}).click();
  await page.getByText('twilio-1 is switched off.').first().waitFor();
  assert.equal((await send(omni.url, carriers.twilioSms())).status, 404);
  await page.getByRole('switch', {name: 'twilio-1 is served'}).click();
  await page.getByText('twilio-1 is served again.').first().waitFor();
  await page.getByRole('button', {name: 'Add a channel'}).click();
  const json = page.getByLabel(/^The channel, as in the configuration file/);
  await json.fill('{"adapter": "twilio", "path": "/beta"}');
  await page.getByRole('button', {name: 'Put it in force'}).click();
  await page.getByText('authToken: required').waitFor();
  await json.fill('{"adapter": "twilio", "tenant": "beta", "path": "/beta", "authToken": "secret of beta"}');
  await page.getByRole('button', {name: 'Put it in force'}).click();
  await page.getByText('is in force.').first().waitFor();
  await page.getByText('POST /beta').waitFor();
  assert.ok(!(await page.content()).includes('secret of beta'));
  assert.ok(problems.every((problem) => problem.includes('400')), problems.join());
});

test('the playground says why a pasted request is refused', async (t) => {
  const omni = await startHost(t);
  const browser = await startBrowser(t);
  const {page, problems} = await openPage(browser, looks.light, omni, TOKEN);
  await visit(page, 'Playground');
  await page.getByRole('button', {name: 'Paste'}).click();
  const paste = async (request, cause) => {
    await page.getByLabel(/^The request: its line/).fill(request);
    await page.getByRole('button', {name: 'Rehearse'}).click();
    const told = page.getByRole('region', {name: 'Why it is refused'}).filter({hasText: cause});
    await told.waitFor();
    return told;
  };
  const genuine = carriers.whatsapp('pasted');
  const signature = genuine.headers['X-Hub-Signature-256'];
  const told = await paste(`POST ${genuine.path} HTTP/1.1\nContent-Type: application/json\n` +
                           `X-Hub-Signature-256: ${signature}\n\n${genuine.body}\n`, 'trailing_newline');
  assert.ok(!(await told.textContent()).includes(signature));
  await audit(page, 'a cause');
  await paste('GET /health HTTP/1.1\n\n', 'own_path');
  assert.deepEqual(problems, []);
});

test('the keyboard is enough', async (t) => {
  const omni = await startHost(t);
  const browser = await startBrowser(t);
  const {page} = await openPage(browser, looks.light, omni);
  await page.keyboard.type(TOKEN);  // the field has the focus
  await page.keyboard.press('Enter');
  await page.locator('.tape-row').first().waitFor();
  const focused = () => page.evaluate(() => {
    const {activeElement: element} = document;
    return {text: element.textContent.trim().slice(0, 40), outline: getComputedStyle(element).outlineStyle};
  });
  await page.locator('body').press('Tab');
  await page.evaluate(() => document.querySelector('.skip').focus());
  const seen = [];
  for (let i = 0; i < 20; ++i) {
    const {text, outline} = await focused();
    assert.notEqual(outline, 'none', `the focus on "${text}" cannot be seen`);
    seen.push(text);
    await page.keyboard.press('Tab');
  }
  for (const name of ['Skip to the view', ...views, 'Sign out', 'Pause', 'whatsapp']) {
    assert.ok(seen.some((text) => text.startsWith(name)), `${name} is not reached: ${seen.join(', ')}`);
  }
  await page.locator('.tape-row').first().focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  assert.match((await focused()).text, /\d\d:\d\d:\d\d/, 'the focus comes back to the row');
  await page.getByRole('link', {name: 'Traffic'}).focus();
  await page.keyboard.press('Enter');
  const chart = page.getByRole('img', {name: /^Throughput/});
  // A host this young may have no reading yet, and then the keys do nothing.
  await chart.locator('.line').first().waitFor({state: 'attached'});
  await chart.focus();
  await page.keyboard.press('ArrowLeft');
  await page.locator('.chart .cross').waitFor({state: 'attached'});
});

test('light and dark are chosen, and remembered', async (t) => {
  const omni = await startHost(t);
  const browser = await startBrowser(t);
  const {page} = await openPage(browser, looks.dark, omni, TOKEN);
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  assert.equal(await theme(), 'dark');
  await page.getByRole('button', {name: 'Theme: auto'}).click();
  assert.equal(await theme(), 'light');
  await page.reload();
  await page.getByRole('button', {name: 'Theme: light'}).waitFor();
  assert.equal(await theme(), 'light');
});

test('a host that goes away is told of, and found again', async (t) => {
  const omni = await startHost(t);
  const browser = await startBrowser(t);
  const {page} = await openPage(browser, looks.light, omni, TOKEN);
  const port = new URL(omni.url).port;
  await omni.kill();
  await page.getByText('reconnecting', {exact: true}).waitFor();
  const {everything, writeConfig} = await import('../harness.mjs');
  writeConfig(omni.folder, everything({listen: {address: '127.0.0.1', port: Number(port)}}));
  await omni.serve();
  await page.locator('#pulse[data-state="live"]').waitFor();
});

test('the page may load nothing else, and stands in no frame', async (t) => {
  const omni = await Omni.start(t);
  for (const path of ['/console', '/console/', '/console/app.js', '/console/tokens.css']) {
    const answer = await fetch(omni.url + path);
    assert.equal(answer.status, 200, path);
    const policy = answer.headers.get('content-security-policy');
    for (const rule of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"]) {
      assert.ok(policy.includes(rule), rule);
    }
    assert.ok(!policy.includes('unsafe'));
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    const again = await fetch(omni.url + path, {headers: {'If-None-Match': answer.headers.get('etag')}});
    assert.equal(again.status, 304);
  }
  const html = await (await fetch(`${omni.url}/console`)).text();
  assert.ok(!/<script(?![^>]*\bsrc=)/.test(html) && !/<style|\sstyle=|\son\w+=/.test(html), 'nothing inline');
  assert.ok(!/https?:\/\//.test(html), 'nothing from elsewhere');
  assert.equal((await fetch(`${omni.url}/console/none.js`)).status, 404);
  assert.equal((await fetch(`${omni.url}/console/..%2fmain.cc`)).status, 404);
});
