import { PAGE_STYLE } from './page-style.js';

/**
 * Signs in the way every app does and then posts the token, which is in the fragment: it reaches no server, log or referrer
 * before that. The session is ended again; whoever was appointed signs in where they work.
 */
export const SETUP_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Set up Gatehouse</title>
<style nonce="<%= it.nonce %>">
${PAGE_STYLE}
button { margin-bottom: 16px; }
button:disabled { opacity: .6; cursor: progress; }
#problem { color: var(--bad); margin: 0; }
#problem:empty { display: none; }
</style>
</head>
<body>
<main>
<h1>Set up Gatehouse</h1>
<form id="ask">
<p>Prove an address of yours with a code, and its account becomes the administrator.</p>
<label for="identifier">Email address or phone number</label>
<input id="identifier" required maxlength="320" autocomplete="username" autocapitalize="off" spellcheck="false" autofocus>
<button>Send me a code</button>
</form>
<form id="prove" hidden>
<p>A code is on its way. While no mail server is configured it waits in the <a href="/dev/outbox" target="_blank" rel="noreferrer">dev outbox</a>.</p>
<label for="code">Code</label>
<input id="code" required inputmode="numeric" pattern="[0-9]{6}" maxlength="6" autocomplete="one-time-code">
<button>Become the administrator</button>
</form>
<p id="done" hidden>You are the administrator now. Sign in to your app with the same address, or explore the <a href="/docs">API</a>.</p>
<p id="problem" role="alert"></p>
<noscript><p>This page needs JavaScript; <code>gatehouse admin create</code> does the same without.</p></noscript>
</main>
<script nonce="<%= it.nonce %>">
const $ = (id) => document.getElementById(id);
const token = location.hash.slice(1);
let challenge;

async function post(path, body, accessToken) {
  const headers = { 'content-type': 'application/json' };
  if (accessToken) headers.authorization = 'Bearer ' + accessToken;
  const response = await fetch('/api/v1/' + path, { method: 'POST', headers, body: JSON.stringify(body), credentials: 'omit' });
  const answer = response.status === 204 ? null : await response.json();
  if (!response.ok) throw new Error(answer.detail);
  return answer;
}

function onSubmit(form, next, work) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    button.disabled = true;
    $('problem').textContent = '';
    try {
      await work();
      form.hidden = true;
      next.hidden = false;
      next.querySelector('input')?.focus();
    } catch (error) {
      $('problem').textContent = error.message;
    } finally {
      button.disabled = false;
    }
  });
}

onSubmit($('ask'), $('prove'), async () => {
  if (!token) throw new Error('Open the whole link, with what follows the #.');
  challenge = await post('auth/login/init', { identifier: $('identifier').value.trim() });
});
onSubmit($('prove'), $('done'), async () => {
  const proof = { sessionId: challenge.sessionId, code: $('code').value, transport: 'bearer' };
  const { accessToken } = await post('auth/login/verify', proof);
  try {
    await post('setup/administrator', { token }, accessToken);
  } finally {
    await post('auth/logout', {}, accessToken);
  }
});
</script>
</body>
</html>
`;
