import { keepFiltersWhileLeaving } from "@/lib/client/leaving-address";

/** Next calls this when a change of page begins, by link, by program or by the browser's buttons. */
export function onRouterTransitionStart(): void {
  keepFiltersWhileLeaving(window.history, History.prototype);
}
