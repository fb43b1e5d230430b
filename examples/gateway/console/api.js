// The admin API, with the token that was typed in; it is kept for this tab only.

const KEY = 'omni.token';

export const token = {
  get: () => sessionStorage.getItem(KEY),
  set: (value) => sessionStorage.setItem(KEY, value),
  clear: () => sessionStorage.removeItem(KEY),
};

export class ApiError extends Error {
  constructor(status, body) {
    super(body?.error ?? `The host answered ${status}.`);
    this.status = status;
    this.code = body?.code;
    this.requestId = body?.requestId;
  }
}

const headers = () => ({Authorization: `Bearer ${token.get()}`});

async function refused(response) {
  const body = await response.json().catch(() => null);
  if (response.status === 401) window.dispatchEvent(new Event('omni:unauthorized'));
  return new ApiError(response.status, body);
}

export async function call(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? headers() : {...headers(), 'Content-Type': 'application/json'},
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
    });
  } catch {
    throw new Error('The host cannot be reached.');
  }
  if (!response.ok) throw await refused(response);
  return response.status === 204 ? null : response.json();
}

export const get = (path) => call('GET', path);
export const post = (path, body) => call('POST', path, body);

// Server-sent events over fetch, because EventSource cannot send a token. Calls `tell` for each; ends
// when the stream does.
export async function listen(path, tell, signal) {
  const response = await fetch(path, {headers: {...headers(), Accept: 'text/event-stream'}, signal, cache: 'no-store'});
  if (!response.ok) throw await refused(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = '';
  for (;;) {
    const {value, done} = await reader.read();
    if (done) return;
    waiting += value;
    let end;
    while ((end = waiting.indexOf('\n\n')) >= 0) {
      const fields = {};
      for (const line of waiting.slice(0, end).split('\n')) {
        const colon = line.indexOf(': ');
        if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 2);
      }
      waiting = waiting.slice(end + 2);
      if (fields.data) tell(fields.event ?? 'message', JSON.parse(fields.data));
    }
  }
}
