/**
 * Tables and inline styles, because that is what mail programs understand; the style block only adds the
 * dark colours for those that know them. Nothing is loaded from anywhere, so opening it tells nobody; a link
 * leads where its text says.
 */
export const EMAIL_HTML = `<!doctype html>
<html lang="<%= it.locale %>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title><%= it.letter.subject %></title>
<style>
:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background: #11151c !important; }
  .card { background: #1b212b !important; border-color: #2e3746 !important; }
  .text { color: #e8ecf2 !important; }
  .soft { color: #a3adbb !important; }
  .code { background: #11151c !important; border-color: #3d4859 !important; color: #ffffff !important; }
}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f2f4f7;">
<div style="display:none;max-height:0;overflow:hidden;"><%= it.letter.preview %></div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background:#f2f4f7;">
<tr><td align="center" style="padding:32px 16px;">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" style="max-width:480px;background:#ffffff;border:1px solid #dfe4ea;border-radius:12px;font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;text-align:left;">
<tr><td style="padding:28px 32px;">
<p class="soft" style="margin:0 0 20px;font-size:14px;line-height:20px;font-weight:600;color:#5b6675;"><%= it.product %></p>
<h1 class="text" style="margin:0 0 12px;font-size:22px;line-height:28px;font-weight:600;color:#18202b;"><%= it.letter.heading %></h1>
<% for (const paragraph of it.letter.paragraphs) { %>
<p class="text" style="margin:0 0 12px;font-size:16px;line-height:24px;color:#18202b;"><%= paragraph %></p>
<% } %>
<% if (it.letter.code) { %>
<p class="code" style="margin:20px 0;padding:16px 8px;background:#f2f4f7;border:1px solid #dfe4ea;border-radius:8px;text-align:center;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:32px;line-height:40px;font-weight:700;letter-spacing:6px;color:#18202b;-webkit-user-select:all;user-select:all;"><%= it.letter.code %></p>
<% } %>
<% if (it.link) { %>
<p style="margin:20px 0;"><a href="<%= it.link.url %>" target="_blank" rel="noopener noreferrer" style="display:inline-block;padding:12px 20px;background:#1f5fd6;border-radius:8px;color:#ffffff;font-size:16px;line-height:24px;font-weight:600;text-decoration:none;"><%= it.link.label %></a></p>
<p class="soft" style="margin:0 0 12px;font-size:13px;line-height:18px;color:#5b6675;word-break:break-all;"><%= it.link.url %></p>
<% } %>
<% if (it.letter.details) { %>
<table role="presentation" cellpadding="0" cellspacing="0" style="margin:16px 0;font-size:15px;line-height:22px;">
<% for (const detail of it.letter.details) { %>
<tr>
<td class="soft" style="padding:4px 16px 4px 0;vertical-align:top;color:#5b6675;"><%= detail.label %></td>
<td class="text" style="padding:4px 0;vertical-align:top;color:#18202b;word-break:break-word;"><%= detail.value %></td>
</tr>
<% } %>
</table>
<% } %>
<p class="soft" style="margin:20px 0 0;font-size:14px;line-height:20px;color:#5b6675;"><%= it.letter.closing %></p>
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
