// Tells of a deploy elsewhere while its own channel takes nothing: who asked for it, and the bot's main channel. The state with its buttons, and what is
// urgent; once the channel takes messages again, that it goes on there. Knows no step.

import { backInChannel, elsewhere } from "../views/elsewhere.ts";
import { rootMessage } from "../views/root.ts";
import type { DeployLog } from "./deployLog.ts";
import type { Lines } from "./lines.ts";
import type { Parts } from "./parts.ts";
import type { ShownLog } from "./shownLog.ts";
import { type Due, Telling } from "./telling.ts";

interface About {
  log: DeployLog;
  shown: ShownLog;
  lines: Lines;
  own: Telling;
}

export class Elsewhere {
  readonly #about: About;
  readonly #tellings: Telling[];

  constructor(parts: Parts, about: About) {
    const { by, channel } = about.log.deploy.order;
    const main = parts.settings.configuration.channel;
    const places = main === channel ? [by.id] : [by.id, main];
    const told = (place: string) =>
      new Telling(parts, about.shown, { deploy: about.log.id, channel: place, aside: true });
    this.#about = about;
    this.#tellings = places.map(told);
  }

  /** Does one thing that is due and may be tried now; false when there is nothing. `isShown`: everything stands in the deploy's own channel. */
  async tell(isShown: boolean, stop: AbortSignal): Promise<boolean> {
    for (const telling of this.#tellings) {
      const due = this.#due(telling, isShown);
      if (due === null) continue;
      const newest = async () => {
        await this.#about.log.refresh();
        return this.#due(telling, isShown)?.message ?? due.message;
      };
      if (await telling.tell(due, newest, stop)) return true;
      if (isShown && telling.isDone(due)) {
        await telling.append({ kind: "closed" });
        return true;
      }
    }
    return false;
  }

  retryAt(isShown: boolean): number {
    const times = this.#tellings.map((telling) => {
      const due = this.#due(telling, isShown);
      return due ? telling.retryAt(due) : Number.POSITIVE_INFINITY;
    });
    return Math.min(...times);
  }

  /** Whether nobody is left who has to be told that it goes on in the channel. */
  isOver(): boolean {
    return this.#tellings.every(({ shown, shut }) => shown.root === null || shut !== null);
  }

  /** Null when nothing is to be told there. */
  #due({ shown }: Telling, isShown: boolean): Due | null {
    const { log, lines, own } = this.#about;
    const { channel } = log.deploy.order;
    const message = rootMessage(log.deploy);
    const reason = own.shut;
    if (reason !== null) {
      const line = lines.urgentAfter(Math.max(own.shown.lines, shown.lines));
      return { message: elsewhere(message, { channel, reason }), line };
    }
    return isShown && shown.root ? { message: backInChannel(message, channel), line: undefined } : null;
  }
}
