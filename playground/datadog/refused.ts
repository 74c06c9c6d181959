// What the stand-in answers, and how any part of it says no. Knows no endpoint.

export interface Answer {
  status: number;
  /** Sent as JSON unless it is a string. */
  body: unknown;
  contentType?: string;
  headers?: Record<string, string>;
}

export const ok = (body: unknown, contentType = "application/json"): Answer => ({ status: 200, body, contentType });

/** Ends the request with this status and Datadog's shape for errors. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
  get answer(): Answer {
    return { status: this.status, body: { errors: [this.message] } };
  }
}
