// Finds products by words in their names.

import { findProducts, loadProducts } from "./catalogue.js";

const atMost = 20;

export async function search(query) {
  const ids = await findProducts(query.trim());
  return loadProducts(ids.slice(0, atMost));
}
