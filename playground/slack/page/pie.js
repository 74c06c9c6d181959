// Slices of a circle, from the top, clockwise.

import { svg } from "./dom.js";

const radius = 84;

export function pie({ segments }) {
  const sum = segments.reduce((total, one) => total + one.value, 0);
  let from = 0;
  const slices = segments.map((one, at) => {
    const to = from + one.value / sum;
    const slice = segments.length === 1 ? svg("circle", { r: radius }) : svg("path", { d: arc(from, to) });
    slice.setAttribute("class", `slice series-${at % 6}`);
    slice.append(svg("title", {}, `${one.label}: ${Math.round((100 * one.value) / sum)} %`));
    from = to;
    return slice;
  });
  return svg("svg", { viewBox: "-100 -100 200 200", role: "img", class: "pie" }, slices);
}

function arc(from, to) {
  const [x1, y1] = onCircle(from);
  const [x2, y2] = onCircle(to);
  return `M0 0L${x1} ${y1}A${radius} ${radius} 0 ${to - from > 0.5 ? 1 : 0} 1 ${x2} ${y2}Z`;
}

function onCircle(part) {
  const angle = 2 * Math.PI * part - Math.PI / 2;
  return [(radius * Math.cos(angle)).toFixed(2), (radius * Math.sin(angle)).toFixed(2)];
}
