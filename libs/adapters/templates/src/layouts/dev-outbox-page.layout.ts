/** No script at all: the filter is a form, an email is a document of its own in a sandbox. */
export const DEV_OUTBOX_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Dev outbox</title>
<style nonce="<%= it.nonce %>">
:root {
  color-scheme: light dark;
  --page: #f2f4f7; --card: #fff; --line: #dfe4ea; --text: #18202b; --soft: #5b6675; --accent: #1f5fd6;
  --bubble: #e4e9f0; --on-accent: #fff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #11151c; --card: #1b212b; --line: #2e3746; --text: #e8ecf2; --soft: #a3adbb; --accent: #7aa7ff;
    --bubble: #2e3746; --on-accent: #10151d;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main, .bar { max-width: 760px; margin: 0 auto; padding: 24px 16px; }
.bar { display: flex; flex-wrap: wrap; gap: 12px 24px; align-items: end; justify-content: space-between; padding-bottom: 0; }
h1 { margin: 0; font-size: 24px; line-height: 32px; }
.bar p { margin: 0; color: var(--soft); }
form { display: flex; gap: 8px; align-items: center; }
input, button { font: inherit; padding: 6px 12px; border: 1px solid var(--line); border-radius: 8px; }
input { background: var(--card); color: inherit; width: 240px; }
button { background: var(--accent); border-color: var(--accent); color: var(--on-accent); cursor: pointer; }
a { color: var(--accent); }
article { background: var(--card); border: 1px solid var(--line); border-radius: 12px; margin-bottom: 16px; overflow: hidden; }
article > header { padding: 16px 20px; border-bottom: 1px solid var(--line); }
h2 { margin: 0; font-size: 17px; line-height: 24px; overflow-wrap: anywhere; }
.meta { margin: 4px 0 0; color: var(--soft); font-size: 14px; display: flex; flex-wrap: wrap; gap: 4px 16px; overflow-wrap: anywhere; }
.badge { border: 1px solid var(--line); border-radius: 6px; padding: 0 6px; text-transform: uppercase; font-size: 12px; letter-spacing: .04em; }
.code { font-family: ui-monospace, monospace; font-weight: 700; color: var(--text); user-select: all; -webkit-user-select: all; }
iframe { display: block; width: 100%; height: 520px; border: 0; resize: vertical; background: var(--page); }
.bubble { margin: 20px; padding: 12px 16px; max-width: 420px; width: fit-content; background: var(--bubble); border-radius: 18px 18px 18px 4px; }
.bubble, pre { white-space: pre-wrap; overflow-wrap: anywhere; }
details { border-top: 1px solid var(--line); padding: 8px 20px; font-size: 14px; }
summary { cursor: pointer; color: var(--soft); }
.empty { padding: 48px 20px; text-align: center; color: var(--soft); }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
</style>
</head>
<body>
<div class="bar">
<div>
<h1>Dev outbox</h1>
<p>Messages kept here instead of being sent, newest first.</p>
</div>
<form method="get" role="search">
<label class="visually-hidden" for="to">Recipient</label>
<input id="to" name="to" type="search" value="<%= it.to %>" placeholder="Recipient" autocomplete="off" spellcheck="false">
<button>Show</button>
<% if (it.to) { %><a href="?">All</a><% } %>
</form>
</div>
<main>
<% for (const message of it.messages) { %>
<article>
<header>
<h2><%= message.title %></h2>
<p class="meta">
<span class="badge"><%= message.channel %></span>
<span><%= message.to %></span>
<span><%= message.template %></span>
<time datetime="<%= message.createdAt %>"><%= message.createdAt %></time>
<% if (message.code) { %><span>Code <span class="code"><%= message.code %></span></span><% } %>
</p>
</header>
<% if (message.document) { %>
<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy" title="<%= message.title %>" srcdoc="<%= message.document %>"></iframe>
<details><summary>Plain text</summary><pre><%= message.text %></pre></details>
<% } else { %>
<p class="bubble"><%= message.text %></p>
<% } %>
</article>
<% } %>
<% if (it.messages.length === 0) { %>
<article class="empty"><% if (it.to) { %>No message to this recipient yet.<% } else { %>No message yet.<% } %></article>
<% } %>
</main>
</body>
</html>
`;
