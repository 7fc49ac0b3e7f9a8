/** One argument of a POSIX shell command, whatever it holds. NUL cannot occur in an argument and is dropped. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("\0", "").replaceAll("'", "'\\''")}'`;
}

/** A verbatim PowerShell string. PowerShell reads typographic single quotes as quotes too, so all of them are doubled. */
export function powershellQuote(text: string): string {
  return `'${text.replace(/['\u2018\u2019\u201a\u201b]/g, (quote) => quote + quote)}'`;
}

/** A single-line Bicep string: backslash, quote, `${` and line breaks are escaped (Bicep data types, "Strings"). */
export function bicepQuote(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll("'", "\\'")
    .replaceAll("${", "\\${")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
  return `'${escaped}'`;
}

/** Text inside an ARM template: a leading bracket would be read as an expression, hence it is doubled. */
export function armText(text: string): string {
  return text.startsWith("[") ? `[${text}` : text;
}
