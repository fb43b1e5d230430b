// Webhooks, signed as the carriers sign them: Twilio's and MessageBird's with what their SDKs use.

import {createHash, createHmac, createSecretKey, randomUUID} from 'node:crypto';
import {createRequire} from 'node:module';

import {PUBLIC_URL, SECRETS} from './harness.mjs';

const require = createRequire(new URL('../oracle/package.json', import.meta.url));
const twilio = require('twilio');
const {SignJWT} = createRequire(require.resolve('messagebird'))('jose');

const JSON_TYPE = {'Content-Type': 'application/json'};
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

export const IDENTIFIER = Buffer.from('org123:user456:lc-789').toString('base64url');

/** Sends {method, path, headers, body} to a host. */
export function send(url, {method = 'POST', path, headers = {}, body}, options = {}) {
  return fetch(url + path, {method, headers, body, ...options});
}

export function whatsapp(id = randomUUID(), text = 'hi') {
  const body = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{id: '88', changes: [{field: 'messages', value: {
      messaging_product: 'whatsapp',
      metadata: {display_phone_number: '15550142277', phone_number_id: '73'},
      messages: [{from: '447700900123', id: `wamid.${id}`, type: 'text',
                  timestamp: '1705314600', text: {body: text}}],
    }}]}],
  });
  const digest = createHmac('sha256', SECRETS.WA_SECRET).update(body).digest('hex');
  return {path: '/webhooks/whatsapp/receive', body,
          headers: {...JSON_TYPE, 'X-Hub-Signature-256': `sha256=${digest}`}};
}

export function whatsappHandshake(token = SECRETS.WA_VERIFY) {
  return {method: 'GET', path: '/webhooks/whatsapp/receive?hub.mode=subscribe' +
      `&hub.challenge=1158201444&hub.verify_token=${token}`};
}

export function whatsappMapping(token = SECRETS.OMNI_ADMIN_TOKEN) {
  return {path: '/webhooks/whatsapp/mapping',
          body: JSON.stringify({wabaId: '99', targetUrl: 'https://staging.example.com/'}),
          headers: {...JSON_TYPE, Authorization: `Bearer ${token}`}};
}

export function twilioSms(id = randomUUID(), url = PUBLIC_URL) {
  const params = {AccountSid: 'AC1', Body: 'hi', From: '+15185550142', MessageSid: `SM${id}`,
                  To: '+14155550199'};
  return {path: '/twilio', body: new URLSearchParams(params).toString(),
          headers: {'Content-Type': 'application/x-www-form-urlencoded',
                    'X-Twilio-Signature': twilio.getExpectedTwilioSignature(
                        SECRETS.TW_TOKEN, `${url}/twilio`, params)}};
}

export function bandwidth(id = randomUUID()) {
  const credentials = Buffer.from(`bw:${SECRETS.BW_PASS}`).toString('base64');
  return {path: '/bandwidth/14045550123', body: JSON.stringify([{
            type: 'message-received', time: '2024-01-15T10:30:00.000Z', to: '+14045550123',
            description: 'Incoming message received',
            message: {id, owner: '+14045550123', applicationId: '93de2206',
                      time: '2024-01-15T10:30:00.000Z', segmentCount: 1, direction: 'in',
                      to: ['+14045550123'], from: '+12125550187', text: 'hi'},
          }]),
          headers: {...JSON_TYPE, Authorization: `Basic ${credentials}`}};
}

export function livechatWebhook(id = randomUUID()) {
  return {path: `/webhooks/livechat/${IDENTIFIER}`, headers: JSON_TYPE, body: JSON.stringify({
            webhook_id: 'w', secret_key: SECRETS.LC_SECRET, action: 'incoming_event',
            organization_id: '7d4c1b0a-2e3f-4a5b-9c6d-8e7f6a5b4c3d',
            payload: {chat_id: 'C1', thread_id: 'T1', event: {
              id, type: 'message', created_at: '2024-01-15T10:30:00.000000Z', visibility: 'all',
              text: 'hi', author_id: '2b7e1516-28ae-4d2a-a6ab-f7158809cf4f'}},
          })};
}

export function livechat(query, body) {
  return {path: `/livechat/${IDENTIFIER}${query}`, body: JSON.stringify(body),
          headers: {...JSON_TYPE, Authorization: `Bearer ${SECRETS.LC_TOKEN}`}};
}

export function livechatMessage(id = randomUUID()) {
  return livechat('', {event: 'incoming_message', chat_id: 'C1',
                       message: {id, type: 'text', text: 'hi', created_at: '2024-01-15T10:30:00Z',
                                 author: {id: 'v1', type: 'visitor'}}});
}

export function livechatUpload(content = 'hello file', type = 'text/plain', name = 'note.txt') {
  const body = new FormData();
  body.set('file', new Blob([content], {type}), name);
  return {path: `/livechat/${IDENTIFIER}?action=upload_media&chat_id=C1`, body,
          headers: {Authorization: `Bearer ${SECRETS.LC_TOKEN}`}};
}

async function messagebird(method, path, body) {
  const now = Math.floor(Date.now() / 1000);
  const claims = {iss: 'MessageBird', nbf: now - 2, exp: now + 58, jti: randomUUID(),
                  url_hash: sha256(PUBLIC_URL + path)};
  if (body) claims.payload_hash = sha256(body);
  const token = await new SignJWT(claims).setProtectedHeader({alg: 'HS256', typ: 'JWT'})
                    .sign(createSecretKey(Buffer.from(SECRETS.MB_KEY)));
  return {method, path, body, headers: {...JSON_TYPE, 'MessageBird-Signature-JWT': token}};
}

export function messagebirdSms(id = randomUUID()) {
  return messagebird('POST', '/messagebird', JSON.stringify(
      {id, recipient: '15551234567', originator: '15559876543', body: 'hi'}));
}

export function messagebirdReport(id = randomUUID()) {
  return messagebird('GET', `/messagebird?id=${id}&recipient=15559876543&status=delivered` +
      '&statusDatetime=2024-01-15T10%3A30%3A00%2B00%3A00');
}

export function inteliquent(body, path = '/webhooks/inteliquent') {
  return {path, body: typeof body === 'string' ? body : JSON.stringify(body),
          headers: {...JSON_TYPE, Authorization: `Bearer ${SECRETS.IQ_TOKEN}`}};
}

export function inteliquentSms(id = randomUUID()) {
  return inteliquent({type: 'sms', referenceId: id, from: '+15559876543', to: ['+15551234567'],
                      text: 'hi'});
}

export function inteliquentReceipt(id = randomUUID()) {
  return inteliquent({deliveryReceipt: true, referenceId: id, from: '15559876543',
                      to: ['15551234567'],
                      text: `id:${id} sub:001 dlvrd:001 stat:DELIVRD err:000 text:`},
                     '/webhooks/inteliquent/receipts');
}
