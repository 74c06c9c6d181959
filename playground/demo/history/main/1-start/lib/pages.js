// What is answered to which address.

import { enqueue } from "./queue.js";
import { search } from "./search.js";
import { settings } from "./settings.js";

export async function answer(url) {
  switch (url.pathname) {
    case "/health":
      return { status: 200, body: { release: settings.release, pid: process.pid } };
    case "/search": {
      const query = url.searchParams.get("q") ?? "";
      enqueue("remember search");
      return { status: 200, body: { products: await search(query) } };
    }
    default:
      return { status: 200, body: "Tea, cups and tins. Try /search?q=tea\n" };
  }
}
