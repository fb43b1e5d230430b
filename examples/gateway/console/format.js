// Numbers and times as people read them.

const clock = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23'});
const full = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23'});
const whole = new Intl.NumberFormat(undefined, {maximumFractionDigits: 0});

export const timeOfDay = (iso) => (iso ? clock.format(new Date(iso)) : '');
export const dateTime = (iso) => (iso ? full.format(new Date(iso)) : '');
export const count = (number) => whole.format(number ?? 0);
export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

export function milliseconds(value) {
  if (!value) return '0';
  if (value < 10) return value.toFixed(2);
  return value < 100 ? value.toFixed(1) : whole.format(value);
}

export function age(iso) {
  if (!iso) return '–';
  const seconds = Math.max(0, (Date.now() - Date.parse(iso)) / 1000);
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h`;
  return plural(Math.floor(seconds / 86400), 'day');
}

// One line that says what an event is about.
export function wordsOf(event) {
  if (event.message) {
    const {type, text, media, location, interactive, reaction} = event.message;
    if (text) return text;
    if (interactive?.title) return interactive.title;
    if (reaction) return reaction.emoji ?? 'reaction taken back';
    if (location) return location.name ?? `${location.latitude}, ${location.longitude}`;
    return media?.length ? plural(media.length, 'attachment') : type ?? '';
  }
  if (event.status) {
    const {value, error} = event.status;
    return error?.message ? `${value}: ${error.message}` : value ?? '';
  }
  return event.notice?.subject ?? event.notice?.type ?? '';
}

export const kindOf = (event) => event.message?.type && event.kind === 'message'
  ? `message · ${event.message.type}`
  : event.status ? `status · ${event.status.value}`
    : `${event.kind}${event.notice?.type ? ` · ${event.notice.type}` : ''}`;

export const partiesOf = (event) =>
  [event.from?.name || event.from?.address, (event.to ?? []).map((to) => to.name || to.address).join(', ')]
    .filter(Boolean).join(' → ');
