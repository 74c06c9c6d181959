// Who may log in to a demo host: one user with one key. Knows no command.

import type { AuthContext, ParsedKey, PublicKeyAuthContext } from "ssh2";

/** Answers one attempt to log in. */
export function login(attempt: AuthContext, user: string, key: ParsedKey): void {
  if (attempt.method === "publickey" && attempt.username === user && isOurs(attempt, key)) attempt.accept();
  else attempt.reject(["publickey"]);
}

function isOurs({ key: offered, signature, blob, hashAlgo }: PublicKeyAuthContext, key: ParsedKey): boolean {
  if (offered.algo !== key.type || !offered.data.equals(key.getPublicSSH())) return false;
  // Without a signature the client only asks whether it is worth signing.
  if (signature === undefined || blob === undefined) return true;
  return key.verify(blob, signature, hashAlgo) === true;
}
