/** One module that a source file names, in any form. `null` = an import whose name is computed and cannot be checked. */
export type FoundImport = { specifier: string | null; line: number; kind: "static" | "dynamic" | "url" };

type Token = { kind: "word" | "string" | "punctuation"; text: string; line: number };

const WORD = /[A-Za-z_$][\w$]*/y;
const REGEX_AFTER_WORD = new Set([
  "return",
  "typeof",
  "case",
  "in",
  "of",
  "delete",
  "void",
  "throw",
  "new",
  "do",
  "else",
  "yield",
  "await",
]);

function regexMayStart(previous: Token | undefined): boolean {
  if (previous === undefined) return true;
  if (previous.kind === "word") return REGEX_AFTER_WORD.has(previous.text);
  if (previous.kind === "string") return false;
  return ![")", "]", "}", "<"].includes(previous.text);
}

/** Index after a regular expression literal, or -1 when the slash begins none on this line. */
function endOfRegex(source: string, start: number): number {
  let inClass = false;
  for (let index = start + 1; index < source.length && source[index] !== "\n"; index += 1) {
    const char = source[index];
    if (char === "\\") index += 1;
    else if (char === "[") inClass = true;
    else if (char === "]") inClass = false;
    else if (char === "/" && !inClass) return index + 1;
  }
  return -1;
}

/** Index of the closing quote, or -1 when the line ends first: an apostrophe in JSX text, not a string. */
function endOfString(source: string, start: number, quote: string): number {
  for (let index = start + 1; index < source.length; index += 1) {
    const char = source[index];
    if (char === "\\") index += 1;
    else if (char === quote) return index;
    else if (char === "\n" && quote !== "`") return -1;
  }
  return -1;
}

function endOfComment(source: string, start: number): number {
  const blockEnd = source[start + 1] === "*" ? source.indexOf("*/", start + 2) : -2;
  if (blockEnd === -2) {
    const end = source.indexOf("\n", start);
    return end === -1 ? source.length : end;
  }
  return blockEnd === -1 ? source.length : blockEnd + 2;
}

function isComment(source: string, index: number): boolean {
  return source[index] === "/" && (source[index + 1] === "/" || source[index + 1] === "*");
}

function newlines(text: string): number {
  return text.split("\n").length - 1;
}

/** Text inside `${...}` of a template is code again, so a template is cut into its pieces. */
function templateHoles(text: string): string[] {
  return [...text.matchAll(/\$\{([^`]*?)\}/g)].map((match) => match[1] ?? "");
}

function tokenize(source: string, firstLine = 1): Token[] {
  const tokens: Token[] = [];
  let line = firstLine;
  let index = 0;
  const take = (kind: Token["kind"], text: string, end: number) => {
    tokens.push({ kind, text, line });
    line += newlines(source.slice(index, end));
    index = end;
  };
  while (index < source.length) {
    const char = source[index] ?? "";
    if (char === "\n") {
      line += 1;
      index += 1;
    } else if (/\s/.test(char)) {
      index += 1;
    } else if (isComment(source, index)) {
      const end = endOfComment(source, index);
      line += newlines(source.slice(index, end));
      index = end;
    } else if (char === "/" && regexMayStart(tokens.at(-1)) && endOfRegex(source, index) !== -1) {
      take("punctuation", "regex", endOfRegex(source, index));
    } else if (char === '"' || char === "'" || char === "`") {
      const end = endOfString(source, index, char);
      if (end === -1) {
        take("punctuation", char, index + 1);
        continue;
      }
      const text = source.slice(index + 1, end);
      const holes = char === "`" ? templateHoles(text) : [];
      for (const hole of holes) tokens.push(...tokenize(hole, line));
      if (holes.length === 0) take("string", text, end + 1);
      else take("punctuation", "template", end + 1);
    } else {
      WORD.lastIndex = index;
      const word = WORD.exec(source)?.[0];
      if (word === undefined) take("punctuation", char, index + 1);
      else take("word", word, index + word.length);
    }
  }
  return tokens;
}

/** `import("x")`, also as a type, and `require("x")`. A method of that name is none. */
function callImport(tokens: readonly Token[], index: number): FoundImport | null {
  const [before, token, open, argument] = [tokens[index - 1], tokens[index], tokens[index + 1], tokens[index + 2]];
  if (token === undefined || open?.text !== "(" || before?.text === "." || before?.text === "function") return null;
  if (token.text !== "import" && token.text !== "require") return null;
  const specifier = argument?.kind === "string" ? argument.text : null;
  return { specifier, line: token.line, kind: "dynamic" };
}

/** `new URL("./x", import.meta.url)`, the form in which workers are loaded. */
function urlImport(tokens: readonly Token[], index: number): FoundImport | null {
  const texts = [0, 1, 3, 4, 5, 6].map((step) => tokens[index + step]?.text).join(" ");
  const argument = tokens[index + 2];
  if (texts !== "URL ( , import . meta" || argument?.kind !== "string") return null;
  return { specifier: argument.text, line: argument.line, kind: "url" };
}

/** Every module a TypeScript source names: static, side effect, type-only, re-export, dynamic, type query, worker URL. */
export function importsOf(source: string): FoundImport[] {
  const tokens = tokenize(source);
  const found: FoundImport[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== "word") continue;
    const next = tokens[index + 1];
    const isFrom = token.text === "from" && tokens[index - 1]?.text !== ".";
    if ((isFrom || token.text === "import") && next?.kind === "string") {
      found.push({ specifier: next.text, line: next.line, kind: "static" });
      continue;
    }
    const other = callImport(tokens, index) ?? urlImport(tokens, index);
    if (other !== null) found.push(other);
  }
  return found;
}
