// Times as people read them, in the browser's own time zone.

const format = (options) => new Intl.DateTimeFormat("en-GB", options);
const time = format({ hour: "2-digit", minute: "2-digit" });
const seconds = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const long = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
const dates = {
  date_num: format({ year: "numeric", month: "2-digit", day: "2-digit" }),
  date: format({ day: "numeric", month: "long", year: "numeric" }),
  date_short: format({ day: "numeric", month: "short", year: "numeric" }),
  date_long: long,
};

export function clock(ts) {
  return time.format(new Date(Number(ts) * 1000));
}

export function clockWithSeconds(at) {
  return seconds.format(new Date(at));
}

export function dayOf(ts) {
  const day = new Date(Number(ts) * 1000);
  return nearName(day) ?? long.format(day);
}

export function full(ts) {
  const day = new Date(Number(ts) * 1000);
  return `${long.format(day)}, ${seconds.format(day)}`;
}

/** Slack's date tokens, such as `{date_short_pretty} at {time}`. */
export function dateTokens(ts, pattern) {
  const day = new Date(Number(ts) * 1000);
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => {
    if (name === "time") return time.format(day);
    if (name === "time_secs") return seconds.format(day);
    if (name === "ago") return ago(day);
    const [, base, pretty] = /^(date(?:_num|_short|_long)?)(_pretty)?$/.exec(name) ?? [];
    if (!base) return whole;
    return (pretty && nearName(day)?.toLowerCase()) || dates[base].format(day);
  });
}

function nearName(day) {
  const start = (one) => new Date(one.getFullYear(), one.getMonth(), one.getDate()).getTime();
  const days = Math.round((start(new Date()) - start(day)) / 86_400_000);
  return { 0: "Today", 1: "Yesterday", "-1": "Tomorrow" }[days];
}

function ago(day) {
  const minutes = Math.round((Date.now() - day.getTime()) / 60_000);
  if (minutes < 1) return "just now";
  return minutes < 60 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`;
}
