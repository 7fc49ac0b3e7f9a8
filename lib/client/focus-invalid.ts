/** Moves the focus to the first control that is marked as wrong; false where there is none. */
export function focusFirstInvalid(root: HTMLElement | null): boolean {
  const found = root?.querySelector<HTMLElement>("[aria-invalid=true]:not(:disabled), [data-invalid=true]");
  found?.focus();
  return found !== undefined && found !== null;
}
