// One thing in detail, at the side. The dialog keeps the focus and gives it back.

import {h} from './dom.js';

const dialog = document.getElementById('drawer');
const title = document.getElementById('drawer-title');
const body = document.getElementById('drawer-body');
document.getElementById('drawer-close').addEventListener('click', () => dialog.close());
dialog.addEventListener('click', (event) => {
  if (event.target === dialog) dialog.close();
});

export function openDrawer(name, ...content) {
  title.textContent = name;
  body.replaceChildren(...content);
  if (!dialog.open) dialog.showModal();
  body.scrollTop = 0;
}

export const closeDrawer = () => dialog.close();

export function copyButton(value) {
  const button = h('button', {type: 'button', onclick: async () => {
    try {
      await navigator.clipboard.writeText(JSON.stringify(value, null, 2));
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'Copying is not allowed here';
    }
  }}, 'Copy the JSON');
  return button;
}
