import { PAGE_STYLE } from './page-style.js';

/** A form and no script: what it asks for is posted to where it came from. Nothing is loaded from anywhere. */
export const ACCOUNT_PAGE = `<!doctype html>
<html lang="<%= it.locale %>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title><%= it.title %></title>
<style nonce="<%= it.nonce %>">
${PAGE_STYLE}
.problem { color: var(--bad); }
main > :last-child { margin-bottom: 0; }
</style>
</head>
<body>
<main>
<h1><%= it.title %></h1>
<p><%= it.text %></p>
<% if (it.problem) { %><p class="problem" role="alert"><%= it.problem %></p><% } %>
<% if (it.button) { %>
<form method="post">
<% if (it.password) { %>
<label for="password"><%= it.password %></label>
<input id="password" name="password" type="password" required maxlength="1024" autocomplete="new-password" autofocus>
<% } %>
<button><%= it.button %></button>
</form>
<% } %>
</main>
</body>
</html>
`;
