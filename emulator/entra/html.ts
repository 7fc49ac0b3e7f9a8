/** Text that is safe inside HTML elements and double-quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

export type Html = { readonly html: string };

/** Template that escapes every value except other templates. */
export function html(parts: TemplateStringsArray, ...values: (string | Html | Html[])[]): Html {
  const shown = values.map((value) => {
    if (typeof value === "string") return escapeHtml(value);
    return Array.isArray(value) ? value.map((part) => part.html).join("") : value.html;
  });
  return { html: parts.map((part, index) => part + (shown[index] ?? "")).join("") };
}
