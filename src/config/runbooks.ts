// The runbooks on disk: which there are and which sections can be linked to. Knows neither checks nor web pages.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import MarkdownIt from "markdown-it";

export interface Runbook {
  /** File name, such as `jobs.md`. */
  file: string;
  /** Markdown without the front matter. */
  text: string;
  /** Anchors of its headings. */
  sections: string[];
}

/** Empty when the folder does not exist. */
export function readRunbooks(directory: string): Map<string, Runbook> {
  if (!existsSync(directory)) return new Map();
  const files = readdirSync(directory).filter((file) => file.endsWith(".md"));
  return new Map(files.map((file) => [file, parseRunbook(file, readFileSync(join(directory, file), "utf8"))]));
}

const markdown = new MarkdownIt({ html: false });

function parseRunbook(file: string, source: string): Runbook {
  const text = source.replace(/^---\n[\s\S]*?\n---\n/, "");
  // Read as the page is drawn: a `# comment` in a block of code is no heading.
  const tokens = markdown.parse(text, {});
  const headings = tokens
    .filter((_, i) => tokens[i - 1]?.type === "heading_open")
    .map(({ content }) => anchorOf(content));
  return { file, text, sections: headings };
}

/** The anchor that a heading gets, as on the well-known git hosts: lower case, words joined by hyphens. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}
