// A form as Slack's modal, and what comes back when it is sent. Slack remembers nothing about a modal, so that all that is needed later travels with it.

import type { ViewOutput } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import type { Form } from "../../chat/command.ts";
import { viewBlocks } from "./blocks.ts";
import { cut } from "./cut.ts";

/** How Slack calls our modals when they come back. */
export const FORM = "form";
const WORDS = "words";
const LIMITS = { title: 24, label: 2_000, hint: 150, words: 3_000, value: 2_000, travelling: 3_000, blocks: 90 };

/** Where the one who asked is answered. */
export interface AnswerTo {
  /** Slack's response URL: five times within half an hour. */
  url?: string;
  /** The message with the button makes room for the answer: only the asker saw it. */
  replaces?: boolean;
  /** The thread in which the button stood. */
  thread?: string;
  /** It was asked on the bot's Home page. */
  home?: boolean;
}

export interface SentForm {
  action: string;
  value: string;
  words: string;
  to: AnswerTo;
}

/** Throws when the form's value is longer than it may be. */
export function modalFor(form: Form, to: AnswerTo): ModalView {
  const { label, hint, initial, mostCharacters } = form.input;
  const most = Math.min(Math.max(mostCharacters, 1), LIMITS.words);
  const plain = (text: string, limit: number) => ({
    type: "plain_text" as const,
    text: cut(text, limit),
    emoji: false,
  });
  return {
    type: "modal",
    callback_id: FORM,
    title: plain(form.title, LIMITS.title),
    submit: plain(form.submit, LIMITS.title),
    close: plain("Cancel", LIMITS.title),
    private_metadata: packed(form, to),
    blocks: [
      ...(form.text.length > 0 ? viewBlocks([{ part: "text", text: form.text }], LIMITS.blocks) : []),
      {
        type: "input",
        block_id: WORDS,
        label: plain(label, LIMITS.label),
        element: {
          type: "plain_text_input",
          action_id: WORDS,
          multiline: true,
          focus_on_load: true,
          max_length: most,
          ...(hint ? { placeholder: plain(hint, LIMITS.hint) } : {}),
          ...(initial ? { initial_value: cut(initial, most) } : {}),
        },
      },
    ],
  };
}

/** What is not ours any more carries nothing: whoever sent it is told that it is out of date. */
export function sentForm({
  private_metadata: travelled,
  state,
}: Pick<ViewOutput, "private_metadata" | "state">): SentForm {
  const [head = "", ...lines] = String(travelled ?? "").split("\n");
  const { action, ...to } = headOf(head);
  return { action, to, value: lines.join("\n"), words: state?.values?.[WORDS]?.[WORDS]?.value ?? "" };
}

function headOf(text: string): { action: string } & AnswerTo {
  try {
    return { action: "", ...JSON.parse(text) };
  } catch {
    return { action: "" };
  }
}

/** The value stands by itself, behind the first line: as JSON it could become twice as long, and then not fit. */
function packed({ action, value }: Form, to: AnswerTo): string {
  if (value.length > LIMITS.value)
    throw new RangeError(`the form ${action} carries ${value.length} characters, at most ${LIMITS.value} are possible`);
  const whole = `${JSON.stringify({ action, ...to })}\n${value}`;
  // Without the address the answer goes as a direct message.
  return whole.length <= LIMITS.travelling ? whole : `${JSON.stringify({ action })}\n${value}`;
}
