// Uploaded files, in memory. Knows no HTTP and no channel.

import { freshId, secret } from "./names.ts";

export interface StoredFile {
  id: string;
  name: string;
  title: string;
  mimeType: string;
  altText: string;
  /** Bytes announced before the upload. */
  announcedLength: number;
  content: Buffer | undefined;
  isComplete: boolean;
  createdAt: number;
}

const mimeTypes: Record<string, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  txt: "text/plain",
  log: "text/plain",
  json: "application/json",
};

export class Files {
  readonly #byTicket = new Map<string, StoredFile>();

  /** A place for an upload that was announced; the ticket is part of the upload's address. */
  announce(name: string, length: number, altText: string): { ticket: string; file: StoredFile } {
    const ticket = secret(24);
    const mimeType = mimeTypes[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? "application/octet-stream";
    const file: StoredFile = {
      ...{ id: freshId("F"), name, title: name, mimeType, altText },
      ...{ announcedLength: length, content: undefined, isComplete: false, createdAt: Date.now() },
    };
    this.#byTicket.set(ticket, file);
    return { ticket, file };
  }

  announced(ticket: string): StoredFile | undefined {
    return this.#byTicket.get(ticket);
  }

  find(id: string): StoredFile | undefined {
    return [...this.#byTicket.values()].find((one) => one.id === id);
  }
}
