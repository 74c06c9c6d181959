// The signs a deploying bot uses most, drawn here, so that they look alike everywhere and are there without an emoji font.

import { svg } from "./dom.js";

const green = "#2f9e5b";
const red = "#d6304a";
const yellow = "#e8b11f";
const orange = "#e07a2c";
const blue = "#2f7fd1";
const grey = "#8b98a3";

const disc = (fill) => ["circle", { cx: 10, cy: 10, r: 8.5, fill }];
const tile = (fill) => ["rect", { x: 1.5, y: 1.5, width: 17, height: 17, rx: 4, fill }];
const stroke = (d, colour = "#fff", width = 2.4) => [
  "path",
  { d, fill: "none", stroke: colour, "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round" },
];
const shape = (d, fill) => ["path", { d, fill }];
const glass = [
  shape("M4 2h12v2.5L11.5 10 16 15.5V18H4v-2.5L8.5 10 4 4.5Z", "#a9743f"),
  shape("M6 3.6h8v1.2L10 9.4 6 4.8ZM6 16.4 10 12l4 4.4Z", "#f1d9a8"),
];
const body = (fill) => ["rect", { x: 3.5, y: 9, width: 13, height: 9, rx: 2, fill }];

const pictures = {
  "✅": [tile(green), stroke("M5.5 10.5 8.7 13.7 14.5 7")],
  "✔️": [stroke("M3.5 10.5 8 15 16.5 5.5", green, 3)],
  "❌": [stroke("M4 4 16 16M16 4 4 16", red, 3.4)],
  "⚠️": [shape("M10 1.5 19 17.5H1Z", yellow), stroke("M10 7v4.6M10 14.6v.1", "#3d2f00", 2)],
  "⛔": [disc(red), stroke("M5.5 10h9", "#fff", 3)],
  "🚫": [
    ["circle", { cx: 10, cy: 10, r: 7.3, fill: "none", stroke: red, "stroke-width": 2.6 }],
    stroke("M5 5 15 15", red, 2.6),
  ],
  "🛑": [shape("M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3Z", red), stroke("M6 10h8", "#fff", 2.6)],
  "🚨": [
    shape("M4.5 14V9.5a5.5 5.5 0 0 1 11 0V14Z", red),
    shape("M2.5 14.5h15V18h-15Z", grey),
    stroke("M10 1v1.4M2.6 4l1 1M17.4 4l-1 1", red, 1.8),
  ],
  "⌛": glass,
  "⏳": glass,
  "🔒": [stroke("M6 9V6.5a4 4 0 0 1 8 0V9", grey), body(yellow)],
  "🔓": [stroke("M6 9V6a4 4 0 0 1 7.6-1.7", grey), body(yellow)],
  "🚀": [
    shape("M4 12.5 1.8 18.2 7.5 16ZM6 8 2.5 9.5 5 11.5ZM12 14l-1.5 3.5-2-2.5Z", orange),
    shape("M4.8 11.5C6.5 5.5 11 1.8 18.4 1.6 18.2 9 14.5 13.5 8.5 15.2Z", grey),
    ["circle", { cx: 12.6, cy: 7.4, r: 1.9, fill: "#fff" }],
  ],
  "⏪": [tile(blue), shape("M10 6v8L4.5 10ZM15.5 6v8L10 10Z", "#fff")],
  "▶️": [tile(blue), shape("M7 5.5v9l7-4.5Z", "#fff")],
  "⏸️": [tile(blue), stroke("M7.5 6v8M12.5 6v8")],
  "🔄": [
    tile(blue),
    stroke("M5.5 9a4.7 4.7 0 0 1 8.4-2M14.5 11a4.7 4.7 0 0 1-8.4 2M14.2 4.4V7.4h-3M5.8 15.6v-3h3", "#fff", 1.7),
  ],
  ℹ️: [tile(blue), stroke("M10 9.5v4.7M10 6v.1")],
  "🔔": [
    shape("M10 2a5.3 5.3 0 0 1 5.3 5.3V12l1.7 2.6H3L4.7 12V7.3A5.3 5.3 0 0 1 10 2Z", yellow),
    stroke("M8.6 17h2.8", yellow),
  ],
  "👀": [
    ["ellipse", { cx: 6, cy: 10, rx: 3.9, ry: 5.6, fill: "#fff", stroke: grey, "stroke-width": 1.3 }],
    ["ellipse", { cx: 14, cy: 10, rx: 3.9, ry: 5.6, fill: "#fff", stroke: grey, "stroke-width": 1.3 }],
    ["circle", { cx: 7, cy: 11, r: 1.9, fill: "#33291f" }],
    ["circle", { cx: 15, cy: 11, r: 1.9, fill: "#33291f" }],
  ],
  "🐤": [
    disc(yellow),
    ["circle", { cx: 7, cy: 8.5, r: 1.2, fill: "#3d2f00" }],
    ["circle", { cx: 13, cy: 8.5, r: 1.2, fill: "#3d2f00" }],
    shape("M8 11h4l-2 2.6Z", orange),
  ],
  "🔴": [disc(red)],
  "🟠": [disc(orange)],
  "🟡": [disc(yellow)],
  "🟢": [disc(green)],
  "🔵": [disc(blue)],
  "⚪": [["circle", { cx: 10, cy: 10, r: 7.8, fill: "#fff", stroke: grey, "stroke-width": 1.4 }]],
  "⚫": [disc("#3b4249")],
  "🟩": [tile(green)],
  "🟥": [tile(red)],
  "🟨": [tile(yellow)],
  "⬜": [["rect", { x: 2, y: 2, width: 16, height: 16, rx: 4, fill: "#fff", stroke: grey, "stroke-width": 1.4 }]],
};

const drawable = new RegExp(Object.keys(pictures).join("|"), "gu");

/** Text in which the drawn signs stand as pictures: a list of strings and elements. */
export function withDrawings(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(drawable)) {
    nodes.push(text.slice(from, match.index), picture(match[0]));
    from = match.index + match[0].length;
  }
  nodes.push(text.slice(from));
  return nodes.filter((one) => one !== "");
}

function picture(sign) {
  const parts = pictures[sign].map(([tag, attributes]) => svg(tag, attributes));
  return svg("svg", { class: "emoji", viewBox: "0 0 20 20", role: "img", "aria-label": sign }, parts);
}
