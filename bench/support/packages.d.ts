// What the benches use of a package that comes without types.

declare module "redlock" {
  interface Lock {
    unlock(): PromiseLike<void>;
  }
  export default class Redlock {
    constructor(clients: unknown[], options?: { retryCount?: number; retryDelay?: number });
    lock(resource: string, forMs: number): PromiseLike<Lock>;
  }
}
