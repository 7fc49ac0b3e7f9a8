/**
 * Overlays belong inside the main landmark: content outside every landmark is unreachable for people who move by them.
 * Undefined lets the overlay fall back to the body, for pages without a shell.
 */
export function portalTarget(): HTMLElement | undefined {
  return typeof document === "undefined" ? undefined : (document.getElementById("main") ?? undefined);
}
