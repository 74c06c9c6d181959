// Addresses as they may be shown and written down: without the user and the password that may stand before the host. Pure.

/** What stands before the last `@` is user and password, also where a password holds an `@` of its own. */
const LOGIN = /\/\/[^/\s"]*@/g;

/** Any text, with addresses in it. */
export function withoutLogins(text: string): string {
  return text.replace(LOGIN, "//");
}
