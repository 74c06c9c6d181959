// Finds products by words in their names.

import { findProducts, loadProducts } from "./catalogue.js";

const atMost = 20;

export async function search(query) {
  const ids = await findProducts(query.trim());
  const products = await loadProducts(ids.slice(0, atMost));
  return products
    .sort((a, b) => Number(isExact(b, query)) - Number(isExact(a, query)))
    .map((product) => ({ ...product, price: product.price.toFixed(2) }));
}

/** Whether the query is one of the words of the product's name. */
function isExact(product, query) {
  return product.name.toLowerCase().split(" ").includes(query.trim().toLowerCase());
}
