// Takes out of what is shown whatever is a secret, wherever it comes from: an address with a password in it, a token in somebody else's error. Pure.

/** Tokens of Slack, and what stands before the host in an address. */
const SHAPES: [RegExp, string][] = [
  [/\bx(?:ox[abprse]|app)-[\w-]{6,}/g, "…"],
  [/([a-z][a-z0-9+.-]*:\/\/)[^/\s@"]+@/gi, "$1"],
];

/** Shorter ones would take out half of the words. */
const SHORTEST = 6;

export function hiding(secrets: readonly (string | undefined)[]): (text: string) => string {
  const known = secrets.filter((secret): secret is string => secret !== undefined && secret.length >= SHORTEST);
  return (text) => {
    const bare = known.reduce((cleaned, secret) => cleaned.replaceAll(secret, "…"), text);
    return SHAPES.reduce((cleaned, [shape, instead]) => cleaned.replace(shape, instead), bare);
  };
}
