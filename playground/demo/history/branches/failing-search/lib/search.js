// Finds products by words in their names.

import { findProducts, loadProducts } from "./catalogue.js";

const atMost = 20;
/** By where a product comes from; what is not listed is picked up. */
const shippingFrom = { Assam: 4.5 };

export async function search(query) {
  const ids = await findProducts(query.trim());
  const products = await loadProducts(ids.slice(0, atMost));
  const shipping = cheapest(products);
  return products
    .sort((a, b) => Number(isExact(b, query)) - Number(isExact(a, query)))
    .map((product) => ({ ...product, price: (product.price + shipping).toFixed(2) }));
}

function cheapest(products) {
  return products
    .map(({ name }) => shippingFrom[name.split(" ")[0]])
    .filter((price) => price !== undefined)
    .reduce((least, price) => Math.min(least, price));
}

/** Whether the query is one of the words of the product's name. */
function isExact(product, query) {
  return product.name.toLowerCase().split(" ").includes(query.trim().toLowerCase());
}
