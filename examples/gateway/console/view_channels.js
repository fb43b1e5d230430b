// Who is served, and how each proves itself.

import {call, get, post} from './api.js';
import {act, announce, carrierMark, confirmButton, empty, failure, h, loading, tag, viewHead} from './dom.js';
import {plural} from './format.js';

const templates = {
  whatsapp: {adapter: 'whatsapp', tenant: 'default', appSecret: 'env:WA_SECRET', verifyToken: 'env:WA_VERIFY'},
  twilio: {adapter: 'twilio', tenant: 'default', accountSid: 'AC…', authToken: 'env:TWILIO_TOKEN'},
  bandwidth: {adapter: 'bandwidth', tenant: 'default', username: 'omni', password: 'env:BW_PASS'},
  livechat: {adapter: 'livechat', tenant: 'default', webhookSecret: 'env:LC_SECRET'},
  messagebird: {adapter: 'messagebird', tenant: 'default', signingKey: 'env:MB_KEY'},
  inteliquent: {adapter: 'inteliquent', tenant: 'default', token: 'env:IQ_TOKEN'},
};

export function channelsView(main) {
  const told = h('div', {});
  const list = h('div', {}, loading('channels'));
  const add = h('button', {class: 'primary', type: 'button', 'aria-expanded': 'false', 'aria-controls': 'new-channel', onclick: () => toggle(form.hidden)}, 'Add a channel');
  const form = newChannelForm();
  main.append(viewHead('Channels', 'Changes are in force at once. What is in the configuration file is changed there, and can be switched off here.', add),
    h('div', {class: 'split'}, told, form, list));

  function toggle(isOpen) {
    form.hidden = !isOpen;
    add.setAttribute('aria-expanded', String(isOpen));
    (isOpen ? form.querySelector('select') : add).focus();
  }

  function newChannelForm() {
    const problems = h('div', {});
    const text = h('textarea', {id: 'channel-json', spellcheck: 'false', rows: 9});
    const adapter = h('select', {id: 'channel-adapter', onchange: fill}, Object.keys(templates).map((name) => h('option', {}, name)));
    function fill() {
      text.value = JSON.stringify(templates[adapter.value], null, 2);
    }
    fill();
    return h('form', {id: 'new-channel', class: 'split', hidden: true, onsubmit: (event) => {
      event.preventDefault();
      act(event.submitter, problems, async () => {
        let channel;
        try {
          channel = JSON.parse(text.value);
        } catch (error) {
          throw new Error(`This is no JSON: ${error.message}`);
        }
        try {
          const made = await post('/admin/channels', channel);
          toggle(false);
          tell(`${made.id} is in force.`);
          await load();
        } catch (error) {
          if (error.status !== 400) throw error;
          problems.replaceChildren(h('div', {class: 'notice bad', role: 'alert'}, 'The channel is not in force:',
            h('ul', {}, error.message.split('\n').map((line) => h('li', {}, line)))));
        }
      });
    }},
    h('label', {for: 'channel-adapter'}, 'Carrier', adapter),
    h('label', {for: 'channel-json'}, 'The channel, as in the configuration file. Secrets are kept and never shown again; better name them: env:NAME, file:PATH.', text),
    problems,
    h('div', {class: 'buttons'}, h('button', {class: 'primary', type: 'submit'}, 'Put it in force'),
      h('button', {type: 'button', onclick: () => toggle(false)}, 'Cancel')));
  }

  function tell(words) {
    told.replaceChildren(h('p', {class: 'notice good'}, words));
    announce(words);
  }

  async function load() {
    try {
      const {channels, kept} = await get('/admin/channels');
      list.replaceChildren(
        ...(kept ? [] : [h('p', {class: 'notice'}, 'The queue is in memory, so channels that are added here end with the process.')]),
        channels.length === 0
          ? empty('No channels', 'Nothing is served yet. Add the first one.')
          : h('ul', {class: 'channel-list'}, channels.map(channelRow)));
    } catch (error) {
      list.replaceChildren(failure(error, load));
    }
  }

  function channelRow(channel) {
    const path = `/admin/channels/${encodeURIComponent(channel.id)}`;
    const toggleButton = h('button', {class: 'switch', type: 'button', role: 'switch', 'aria-checked': String(channel.enabled),
      'aria-label': `${channel.id} is served`, onclick: ({currentTarget}) => act(currentTarget, told, async () => {
        await call('PATCH', path, {enabled: !channel.enabled});
        tell(`${channel.id} is ${channel.enabled ? 'switched off' : 'served again'}.`);
        await load();
      })}, channel.enabled ? 'served' : 'off');
    const secrets = (channel.secrets ?? []).map((secret) =>
      `${secret.account ? `${secret.account}: ` : ''}${secret.name}${secret.count > 1 ? ` ×${secret.count}` : ''}`);
    return h('li', {class: `channel ${channel.enabled ? '' : 'off'}`},
      h('div', {},
        h('h2', {}, channel.id, carrierMark(channel.adapter), tag(channel.tenant),
          channel.source === 'file' ? tag('in the file') : tag('added here', 'good'),
          channel.options?.insecure && tag('insecure', 'bad')),
        h('ul', {class: 'paths'}, (channel.endpoints ?? []).map((endpoint) => h('li', {}, `${endpoint.methods.join(', ')} ${endpoint.path}`))),
        h('p', {class: 'hint'}, secrets.length > 0 ? `Proved by ${secrets.join(', ')}` : 'Without a secret',
          channel.accounts?.length > 0 && ` · ${plural(channel.accounts.length, 'account')}: ${channel.accounts.slice(0, 3).join(', ')}${channel.accounts.length > 3 ? ' …' : ''}`)),
      h('div', {class: 'end'}, toggleButton,
        channel.source === 'runtime' && confirmButton('Remove', 'Press again', 'danger', (button) => act(button, told, async () => {
          await call('DELETE', path);
          tell(`${channel.id} is removed.`);
          await load();
        }))));
  }

  load();
}
