// The product database. Every question to it takes its time, as over a network.

import { setTimeout as answerAfter } from "node:timers/promises";

const questionMs = 4;
const things = ["tea", "cup", "tin", "pot"];
const kinds = ["green", "black", "white", "blue", "small", "large", "round", "plain", "fine", "old", "new", "red"];
const places = ["Assam", "Kyoto"];

const products = places
  .flatMap((place) => kinds.flatMap((kind) => things.map((thing) => `${place} ${kind} ${thing}`)))
  .map((name, id) => ({ id, name, price: 3 + ((id * 7) % 40) / 4, stock: (id * 13) % 50 }));

export async function findProducts(words) {
  const wanted = words.toLowerCase();
  await answerAfter(questionMs);
  return products.filter((product) => product.name.toLowerCase().includes(wanted)).map((product) => product.id);
}

/** Many products with one question. */
export async function loadProducts(ids) {
  await answerAfter(questionMs);
  return ids.map((id) => ({ id, name: products[id].name, price: products[id].price }));
}

export async function stockOf(id) {
  await answerAfter(questionMs);
  return products[id].stock;
}
