// SSH keys of the playground: one for the client, one for each host. Knows no server and no host but its address.

import ssh2 from "ssh2";

export interface KeyPair {
  /** OpenSSH's own file format. */
  private: string;
  /** One line, as in `authorized_keys`: type, base64, comment. */
  public: string;
}

/** A new ed25519 key pair without a passphrase. */
export function makeKey(comment: string): KeyPair {
  // About one in 200 pairs that ssh2 makes cannot be read again, so each is tried before it is given out.
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync("ed25519", { comment });
    if (isSound(pair)) return pair;
  }
}

/** The known_hosts line of a server that listens on a port of its own. */
export function knownHostsLine(address: string, port: number, key: KeyPair): string {
  const [type, base64] = key.public.split(" ");
  return `[${address}]:${port} ${type} ${base64}\n`;
}

/** A key as ssh2 reads it; throws when the text is none. */
export function readKey(text: string): ssh2.ParsedKey {
  const key = ssh2.utils.parseKey(text);
  if (key instanceof Error) throw key;
  return key;
}

function isSound(pair: KeyPair): boolean {
  try {
    const privateKey = readKey(pair.private);
    const publicKey = readKey(pair.public);
    const text = Buffer.from("signed to see whether the two belong together");
    return (
      privateKey.getPublicSSH().equals(publicKey.getPublicSSH()) &&
      publicKey.verify(text, privateKey.sign(text)) === true
    );
  } catch {
    return false;
  }
}
