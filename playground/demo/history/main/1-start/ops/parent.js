// A demo service ends by itself when the playground that it belongs to is gone.

const lookMs = 1_000;

export function watchParent() {
  const parent = Number(process.env.DEMO_PARENT);
  if (!parent) return;
  setInterval(() => {
    try {
      process.kill(parent, 0);
    } catch {
      process.exit(0);
    }
  }, lookMs);
}
