// Runbooks as pages whose headings can be linked to. Markdown is rendered by markdown-it with raw HTML off.

import MarkdownIt from "markdown-it";
import { anchorOf, type Runbook } from "../config/runbooks.ts";

const markdown = new MarkdownIt({ html: false, linkify: true });
markdown.core.ruler.push("heading_anchors", ({ tokens }) => {
  tokens.forEach((token, i) => {
    if (token.type === "heading_open") token.attrSet("id", anchorOf(tokens[i + 1]?.content ?? ""));
  });
});

export function runbookPage({ file, text }: Runbook): string {
  return page(
    file.replace(/\.md$/, ""),
    `${markdown.render(text)}<p class="foot"><a href="/runbooks">All runbooks</a></p>`,
  );
}

export function indexPage(runbooks: Map<string, Runbook>): string {
  const rows = [...runbooks.keys()]
    .sort()
    .map((file) => `- [${file.replace(/\.md$/, "")}](/runbooks/${encodeURIComponent(file)})`);
  return page("Runbooks", markdown.render(`# Runbooks\n\n${rows.join("\n") || "There are none yet."}`));
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${markdown.utils.escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); }
body { font: 17px/1.6 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1.25rem; }
h1, h2, h3 { line-height: 1.25; } h2 { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
:target { background: color-mix(in srgb, gold 35%, transparent); scroll-margin-top: 1rem; }
code { font: 0.88em ui-monospace, monospace; background: color-mix(in srgb, currentColor 9%, transparent); padding: 0.1em 0.35em; border-radius: 4px; }
pre { padding: 0.9rem 1rem; border: 1px solid var(--line); border-radius: 8px; overflow-x: auto; } pre code { background: none; padding: 0; }
table { border-collapse: collapse; } td, th { border: 1px solid var(--line); padding: 0.35rem 0.7rem; text-align: left; }
.foot { margin-top: 4rem; font-size: 0.9em; }
</style>
<body>${body}</body>
</html>
`;
}
