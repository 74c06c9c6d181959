// Takes out of what is shown, logged or written down whatever is a secret, wherever it comes from: an address with a password in it, a token in somebody else's
// error. Pure.

const SLACK_TOKEN = /\bx(?:ox[abprse]|app)-[\w-]{6,}/g;
/** What stands before the last `@` is user and password, also where a password holds an `@` of its own. */
const LOGIN = /\/\/[^/\s"]*@/g;

/** Shorter ones would take out half of the words. */
const SHORTEST = 6;

/** Any text, with addresses in it: without the user and the password that may stand before the host. */
export function withoutLogins(text: string): string {
  return text.replace(LOGIN, "//");
}

/** Takes out these secrets, and whatever looks like one. */
export function hiding(secrets: readonly (string | undefined)[]): (text: string) => string {
  const known = secrets.filter((secret): secret is string => secret !== undefined && secret.length >= SHORTEST);
  return (text) => {
    const bare = known.reduce((cleaned, secret) => cleaned.replaceAll(secret, "…"), text);
    return withoutLogins(bare.replace(SLACK_TOKEN, "…"));
  };
}
