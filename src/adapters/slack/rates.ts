// What Slack's documentation allows of each Web API method, per workspace: tiers of so many requests a minute, and about one message a second to a channel.

export interface Rate {
  /** Requests at once, after a rest. */
  burst: number;
  /** From then on; with the burst never more in a minute than is published. */
  perMinute: number;
  /** Of the burst, for what is urgent alone. */
  reserve: number;
}

const TIER_2: Rate = { burst: 10, perMinute: 10, reserve: 2 };
const TIER_3: Rate = { burst: 10, perMinute: 40, reserve: 3 };
const TIER_4: Rate = { burst: 20, perMinute: 80, reserve: 5 };
/** "Several hundred a minute" for the workspace. */
const MESSAGES: Rate = { burst: 20, perMinute: 180, reserve: 5 };
/** One a second, where short bursts are let through. */
const MESSAGES_OF_CHANNEL: Rate = { burst: 10, perMinute: 60, reserve: 3 };

const RATES: Record<string, Rate> = {
  "chat.postMessage": MESSAGES,
  "chat.update": TIER_3,
  "conversations.history": TIER_3,
  "conversations.open": TIER_3,
  "conversations.replies": TIER_3,
  "users.info": TIER_4,
  "views.open": TIER_4,
  "views.publish": TIER_4,
};

/** Limits that one call counts towards, by name. What is not listed is treated as rare. */
export function ratesOf(method: string, channel: string | undefined): [string, Rate][] {
  const whole: [string, Rate] = [method, RATES[method] ?? TIER_2];
  return method === "chat.postMessage" && channel ? [[`${method} in ${channel}`, MESSAGES_OF_CHANNEL], whole] : [whole];
}
