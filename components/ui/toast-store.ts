export type ToastTone = "ok" | "warn" | "bad" | "info";
export type ToastItem = { id: number; tone: ToastTone; title: string; detail?: string };

export const NO_TOASTS: readonly ToastItem[] = [];

let items = NO_TOASTS;
let nextId = 1;
const listeners = new Set<() => void>();

function publish(next: readonly ToastItem[]): void {
  items = next;
  for (const listener of listeners) listener();
}

/** Shows a short message. Errors that need an answer belong in a ProblemPanel, which does not go away. */
export function showToast(toast: Omit<ToastItem, "id">): void {
  publish([...items, { ...toast, id: nextId++ }]);
}

export function dismissToast(id: number): void {
  publish(items.filter((item) => item.id !== id));
}

export function subscribeToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function currentToasts(): readonly ToastItem[] {
  return items;
}
