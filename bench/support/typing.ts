// What people type in bench/ack.ts, as the client that types it is told. Knows no bot.

export interface Typing {
  /** Where Slack's requests go. */
  url: string;
  signingSecret: string;
  people: string[];
  /** Texts such as `/canary web-07`, which take turns. */
  lines: string[];
  /** Of all people together. */
  commands: number;
  /** How long a person reads on average before typing again. */
  pauseMs: number;
  /** Whether answers are waited for, beside the acknowledgement. */
  answered: boolean;
  /** Goes before others in line for the processor. */
  ahead: boolean;
  /** Commands that are told apart from those of other rounds. */
  round: string;
}

/** In ms. `answers` is empty where there are none. */
export interface Typed {
  acknowledged: number[];
  answers: number[];
  failed: number;
  [more: string]: unknown;
}
