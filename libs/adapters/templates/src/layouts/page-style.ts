/** What the pages for people share: one card, light or dark as their system is, and nothing loaded from anywhere. */
export const PAGE_STYLE = `:root { color-scheme: light dark; --page: #f2f4f7; --card: #fff; --line: #8b95a3; --text: #18202b; --soft: #5b6675; --accent: #1f5fd6; --on-accent: #fff; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --page: #11151c; --card: #1b212b; --line: #5d6878; --text: #e8ecf2; --soft: #a3adbb; --accent: #7aa7ff; --on-accent: #10151d; --bad: #ff8a80; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 440px; margin: 10vh auto; padding: 32px; background: var(--card); border-radius: 12px; }
h1 { margin: 0 0 8px; font-size: 24px; line-height: 32px; }
p { margin: 0 0 16px; color: var(--soft); }
label { display: block; margin-bottom: 4px; font-weight: 600; }
input, button { font: inherit; width: 100%; padding: 10px 12px; border: 1px solid var(--line); border-radius: 8px; }
input { background: transparent; color: inherit; margin-bottom: 16px; }
button { background: var(--accent); border-color: var(--accent); color: var(--on-accent); cursor: pointer; }`;
