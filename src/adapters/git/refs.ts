// What a person may type for a commit: a branch, a tag or a SHA, and nothing that git would take for anything else.

import { GitProblem, type GitProblem as Problem } from "./git.ts";

const longestRef = 200;

/** Returns the name, trimmed. Throws `badRef`: options, ranges, `HEAD~1`, `@{1}` and everything a shell might notice are refused. */
export function checkRef(typed: string): string {
  const ref = typed.trim();
  const refuse = (why: string): Problem => new GitProblem("badRef", `${show(ref)} ${why}`);
  if (ref === "") throw refuse("is empty: a branch, a tag or a commit is needed");
  if (ref.length > longestRef) throw refuse(`is longer than ${longestRef} characters`);
  if (ref.startsWith("-")) throw refuse("begins with a dash");
  const strange = /[^A-Za-z0-9._/@+-]/.exec(ref)?.[0];
  if (strange !== undefined) throw refuse(`holds ${show(strange)}, which no branch, tag or commit may have here`);
  // git's own rules for names.
  if (/\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|^[./]|[./]$|^@$/.test(ref))
    throw refuse("is not a name that a branch, tag or commit can have");
  return ref;
}

/** A SHA, whole or shortened to at least 7 digits. */
export function looksLikeSha(ref: string): boolean {
  return /^[0-9a-f]{7,40}$/i.test(ref);
}

export function isWholeSha(ref: string): boolean {
  return /^[0-9a-f]{40}$/.test(ref);
}

/** Harmless to print, whatever was typed. */
function show(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
