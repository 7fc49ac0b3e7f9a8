/** What nuqs marks its own changes of the address with. */
const FILTER_CHANGE = "__nuqs__";

/** Next's own entries say so; only those end a change of page. */
function isNextEntry(state: unknown): boolean {
  return typeof state === "object" && state !== null && "__NA" in state;
}

/**
 * Keeps a change of page alive. Filters reach the address up to a second after the last key, and Next gives up a change of page
 * that is under way as soon as anybody writes the address: a click on a machine right after typing its name was lost. From the
 * beginning of the change of page to its end filters are written into the entry that is being left without Next's knowledge, so
 * that the way back leads to the same rows.
 */
export function keepFiltersWhileLeaving(history: History, native: History): void {
  const { replaceState, pushState } = history;
  if (Object.hasOwn(replaceState, "isLeaving")) return;
  const end = () => Object.assign(history, { replaceState, pushState });
  const replace: History["replaceState"] = (state, mark, url) => {
    if (mark === FILTER_CHANGE) return native.replaceState.call(history, history.state, "", url);
    if (isNextEntry(state)) end();
    return replaceState.call(history, state, mark, url);
  };
  history.replaceState = Object.assign(replace, { isLeaving: true });
  history.pushState = (state, mark, url) => {
    if (isNextEntry(state)) end();
    return pushState.call(history, state, mark, url);
  };
}
