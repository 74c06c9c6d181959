// What is answered to which address.

import { enqueue } from "./queue.js";
import { search } from "./search.js";
import { settings } from "./settings.js";

const longestSearch = 100;

export async function answer(url) {
  switch (url.pathname) {
    case "/health":
      return { status: 200, body: { release: settings.release, pid: process.pid } };
    case "/search": {
      const query = url.searchParams.get("q") ?? "";
      if (query.length > longestSearch) return { status: 400, body: { error: "that is too long to search for" } };
      enqueue("remember search");
      const products = await search(query);
      return { status: 200, body: { found: products.length, products } };
    }
    case "/":
      return { status: 200, body: "Tea, cups and tins. Try /search?q=tea\n" };
    default:
      return { status: 404, body: `There is no page ${url.pathname}\n` };
  }
}
