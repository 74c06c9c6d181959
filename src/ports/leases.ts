// Which process works on something. Knows nothing of deploys: a lease is a name, an owner, a time and a fencing token.

/**
 * `token` grows with every new owner of the same name, for ever; a host refuses a smaller one than it has seen. It is the time in seconds
 * since 1970, or one more than the last: a store that was lost does not begin below what hosts remember.
 */
export type Lease = { held: true; token: number; until: number } | { held: false; until: number };

export interface Leases {
  /** Takes the lease for `forMs` if it is free or has run out; renews it, with the same token, if it is `owner`'s already. */
  acquire(name: string, owner: string, forMs: number): Promise<Lease>;
  /** Gives the lease up if it is `owner`'s; otherwise does nothing. */
  release(name: string, owner: string): Promise<void>;
}
