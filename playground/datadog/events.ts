// The event stream: markers that were posted and transitions of monitors, oldest first. Knows no HTTP.

export const alertTypes = ["error", "warning", "info", "success", "user_update", "recommendation", "snapshot"] as const;
export type AlertType = (typeof alertTypes)[number];

export interface Transition {
  monitor: number;
  name: string;
  /** Such as `host:web-1`. */
  group: string;
  from: string;
  to: string;
  type: "alert" | "alert recovery" | "no data" | "warning";
}

export interface Happened {
  /** Too large for a JavaScript number. */
  id: string;
  /** Milliseconds since 1970, whole seconds. */
  at: number;
  title: string;
  text: string;
  tags: string[];
  alertType: AlertType;
  transition: Transition | null;
}

export interface Events {
  all: Happened[];
  add(event: Omit<Happened, "id">): Happened;
}

const mostEvents = 5000;

export function rememberEvents(): Events {
  let nextId = 6_327_818_702_635_911_562n;
  const all: Happened[] = [];
  return {
    all,
    add(event) {
      const happened = { ...event, id: String(nextId++), at: Math.floor(event.at / 1000) * 1000 };
      all.push(happened);
      if (all.length > mostEvents) all.splice(0, all.length - mostEvents);
      return happened;
    },
  };
}
