// What a user would write for each carrier: the official SDK's check (or, where there is none, what
// the carrier's guide shows), JSON.parse or querystring, and the same event that omni makes. A
// pipeline takes {headers, body}, as Node's HTTP server gives them: names in lower case, bytes.

import {createHmac, createSecretKey, randomBytes, timingSafeEqual} from 'node:crypto';
import {createRequire} from 'node:module';
import querystring from 'node:querystring';

const require = createRequire(import.meta.url);
const twilio = require('twilio');
const webhookJwt = require('messagebird/lib/webhook-signature-jwt');

const iso = (millis) => new Date(millis).toISOString();

function same(a, b) {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

function uuidV7(millis) {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(millis, 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

// The members in the order of omni's schema; what is undefined is left out by JSON.stringify.
function makeEvent(carrier, now, m) {
  return {
    schema: 'omni.event.v1', id: uuidV7(now), kind: 'message', carrier, channel: m.channel,
    tenant: 'default', account: m.account, direction: 'inbound', from: m.from, to: [m.to],
    conversation: `${carrier}:${m.to.address}:${m.from.address}`, carrierMessageId: m.id,
    occurredAt: iso(m.occurredAt ?? now), receivedAt: iso(now),
    dedupeKey: `${carrier}:default:message:${m.id}`, message: {type: 'text', text: m.text},
    metadata: m.metadata,
  };
}

function whatsapp({secret}) {
  return ({headers, body}, now) => {
    const expected = 'sha256=' + createHmac('sha256', secret).update(body).digest('hex');
    if (!same(expected, headers['x-hub-signature-256'] ?? '')) return null;
    const events = [];
    for (const entry of JSON.parse(body.toString()).entry) {
      for (const {value} of entry.changes) {
        for (const message of value.messages ?? []) {
          const contact = value.contacts.find((c) => c.wa_id === message.from);
          events.push(makeEvent('whatsapp', now, {
            channel: 'whatsapp', account: entry.id, id: message.id, text: message.text.body,
            from: {address: '+' + message.from, name: contact?.profile.name, carrierId: message.from},
            to: {address: '+' + value.metadata.display_phone_number,
                 carrierId: value.metadata.phone_number_id},
            occurredAt: Number(message.timestamp) * 1000,
            metadata: {phoneNumberId: value.metadata.phone_number_id, userId: message.from_user_id},
          }));
        }
      }
    }
    return events;
  };
}

const TWILIO_KEPT = ['ApiVersion', 'FromCity', 'FromCountry', 'FromState', 'FromZip', 'MessagingServiceSid',
  'NumSegments', 'ToCity', 'ToCountry', 'ToState', 'ToZip'];

function twilioSms({secret, url}) {
  return ({headers, body}, now) => {
    const form = querystring.parse(body.toString());
    if (!twilio.validateRequest(secret, headers['x-twilio-signature'], url, form)) return null;
    const metadata = {};
    for (const name of TWILIO_KEPT) {
      if (form[name]) metadata[name[0].toLowerCase() + name.slice(1)] = form[name];
    }
    return [makeEvent('twilio', now, {
      channel: 'sms', account: form.AccountSid, id: form.MessageSid, text: form.Body,
      from: {address: form.From}, to: {address: form.To}, metadata,
    })];
  };
}

function messagebird({secret, url}) {
  const key = createSecretKey(Buffer.from(secret));
  return async ({headers, body}, now) => {
    try {
      await webhookJwt.verify(url, body, headers['messagebird-signature-jwt'], key);
    } catch {
      return null;
    }
    const {contact, conversation, message} = JSON.parse(body.toString());
    return [makeEvent('messagebird', now, {
      channel: message.platform, account: message.channelId, id: message.id, text: message.content.text,
      from: {address: message.from, name: contact.displayName}, to: {address: message.to},
      occurredAt: Date.parse(message.createdDatetime),
      metadata: {
        conversationId: conversation.id, updatedDatetime: message.updatedDatetime,
        conversationStatus: conversation.status,
        conversationCreatedDatetime: conversation.createdDatetime,
        conversationUpdatedDatetime: conversation.updatedDatetime,
        conversationLastReceivedDatetime: conversation.lastReceivedDatetime,
        contactId: contact.id, contactCreatedDatetime: contact.createdDatetime,
        contactUpdatedDatetime: contact.updatedDatetime,
      },
    })];
  };
}

function bandwidth({user, secret, url}) {
  const destination = new URL(url).pathname.split('/').pop();
  const expected = 'Basic ' + Buffer.from(user + ':' + secret).toString('base64');
  return ({headers, body}, now) => {
    if (!same(expected, headers.authorization ?? '')) return null;
    return JSON.parse(body.toString()).map((item) => makeEvent('bandwidth', now, {
      channel: 'sms', account: item.message.applicationId, id: item.message.id, text: item.message.text,
      from: {address: item.message.from}, to: {address: item.to},
      occurredAt: Date.parse(item.message.time),
      metadata: {callbackTime: item.time === item.message.time ? undefined : item.time, destination,
                 segmentCount: String(item.message.segmentCount)},
    }));
  };
}

export const makers = {whatsapp, whatsapp_batch: whatsapp, twilio: twilioSms, messagebird, bandwidth};
