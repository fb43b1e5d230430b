// Light or dark: as the system says, until somebody chooses.

const KEY = 'omni.theme';
const order = ['auto', 'light', 'dark'];
const system = matchMedia('(prefers-color-scheme: dark)');

let chosen = localStorage.getItem(KEY) ?? 'auto';

function apply() {
  const isDark = chosen === 'dark' || (chosen === 'auto' && system.matches);
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
  const button = document.getElementById('theme');
  if (button) button.textContent = `Theme: ${chosen}`;
}

system.addEventListener('change', apply);
document.getElementById('theme').addEventListener('click', () => {
  chosen = order[(order.indexOf(chosen) + 1) % order.length];
  localStorage.setItem(KEY, chosen);
  apply();
});
apply();
