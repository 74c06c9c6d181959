// Takes out of what is shown whatever is a secret, wherever it comes from: an address with a password in it, a token in somebody else's error. Pure.

import { withoutLogins } from "../deploy/addresses.ts";

const SLACK_TOKEN = /\bx(?:ox[abprse]|app)-[\w-]{6,}/g;

/** Shorter ones would take out half of the words. */
const SHORTEST = 6;

export function hiding(secrets: readonly (string | undefined)[]): (text: string) => string {
  const known = secrets.filter((secret): secret is string => secret !== undefined && secret.length >= SHORTEST);
  return (text) => {
    const bare = known.reduce((cleaned, secret) => cleaned.replaceAll(secret, "…"), text);
    return withoutLogins(bare.replace(SLACK_TOKEN, "…"));
  };
}
