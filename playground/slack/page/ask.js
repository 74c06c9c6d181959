// Talks to the server the page came from.

export async function loadState(person) {
  const answer = await fetch(`/page/state${person ? `?as=${encodeURIComponent(person)}` : ""}`);
  if (!answer.ok) throw new Error(`The playground answered ${answer.status}.`);
  return answer.json();
}

/** Does something in the name of a person. Throws with a sentence when it cannot be done. */
export async function act(name, order) {
  const answer = await fetch(`/page/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(order),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.problem ?? `The playground answered ${answer.status}.`);
  return body;
}
