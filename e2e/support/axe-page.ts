/** The part of the page that is looked at, and rows that are drawn like others that are looked at. */
export type AxePart = { include?: string; exclude?: string };

type Check = { id: string; data: { fgColor?: string; bgColor?: string; expectedContrastRatio?: string } | null };
type Result = { node: { element: HTMLElement; selector: unknown }; any: Check[] };
type RuleResult = { id: string; passes: Result[]; violations: Result[]; incomplete: Result[]; where?: string[] };
type Axe = {
  configure: (spec: { noHtml: boolean; rules: { id: string; selector: string }[] }) => void;
  addReporter: (name: string, report: (results: RuleResult[], options: unknown, done: (r: RuleResult[]) => void) => void) => void;
  run: (
    context: AxePart,
    options: {
      runOnly: { type: "tag" | "rule"; values: string[] };
      rules?: Record<string, { enabled: boolean }>;
      reporter: string;
    },
  ) => Promise<RuleResult[]>;
};

export type Asked = {
  part: AxePart;
  tags: readonly string[];
  /** How all that was looked at before was drawn, with blanks between. */
  known: string;
  /** The headings of this very screen where it was looked at in another width. */
  headings: string | null;
};
export type Answer = { found: string[]; looks: string[]; headings: string };

/**
 * Runs in the page. Asks axe for everything in the light theme, and for the colours of texts that are drawn in a way not seen
 * before in the dark one as well. Most of a run's time goes into finding out where every element lies, which a theme does not
 * change: where a text's colours in the light are those of its own ancestors, as axe itself has found them, they are so in the
 * dark too and are reckoned here. Whatever is not as plain as that, or does not reach the contrast, is asked of axe again.
 *
 * Where targets lie apart and what scrolls can be reached by key, the rules about them are not asked: they find out where every
 * element lies. A screen that was looked at in another width, whose headings are the same, and on which nothing is drawn in a
 * new way or without a name, can be at fault by these rules alone.
 */
export async function askAxe({ part, tags, known, headings }: Asked): Promise<Answer> {
  const { axe } = window as unknown as { axe: Axe };
  // Rows that are left out and strokes of icons would cost axe as much as everything else.
  const withoutRest = new CSSStyleSheet();
  const rest = ["svg.lucide > *", ...(part.exclude === undefined ? [] : [part.exclude])];
  withoutRest.replaceSync(`${rest.join(", ")} { display: none !important; }`);
  document.adoptedStyleSheets.push(withoutRest);
  const ASKED = "data-asked-by-axe";
  const LINKS = "link-in-text-block";
  const TARGETS = "a[href], button, input, select, textarea, summary, [tabindex]";
  // Where an element is can be asked only before axe has ended its run.
  const whereOf = ({ node }: Result) => `${String(node.selector)} ${node.element.outerHTML.slice(0, 160)}`;
  axe.addReporter("as-found", (results, _options, done) => {
    done(results.map((result) => ({ ...result, where: result.violations.map(whereOf) })));
  });
  // Else each element of each rule is written out, found fault with or not.
  axe.configure({ noHtml: true, rules: [{ id: "color-contrast", selector: `[${ASKED}]` }] });

  const NAMES = "[aria-label], [aria-labelledby], [title]";
  const isNamed = (element: Element) =>
    element.textContent?.trim() !== "" || element.matches(NAMES) || ((element as HTMLInputElement).labels?.length ?? 0) > 0;
  const drawn = new Map<Element, string>();
  const states = ({ attributes }: Element) =>
    [...attributes].filter(({ name, value }) => /^(aria|data)-|^(disabled|type)$/.test(name) && /^[a-z]{0,9}$/.test(value));
  const lookOf = (element: Element): string => {
    const memo = drawn.get(element);
    if (memo !== undefined) return memo;
    const text = [
      element.parentElement === null ? "" : lookOf(element.parentElement),
      element.tagName,
      element.getAttribute("class"),
      element.matches(TARGETS) && !isNamed(element) ? "nameless" : "",
      ...states(element).map(({ name, value }) => `${name}=${value}`),
      element.tagName === "LABEL" && element.querySelector(":checked") !== null ? "checked" : "",
    ].join(" ");
    let hash = 5381;
    for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 33) ^ text.charCodeAt(at)) >>> 0;
    const look = `${hash.toString(36)}.${text.length.toString(36)}`;
    drawn.set(element, look);
    return look;
  };
  const isLookedAt = (element: Element) =>
    (part.include === undefined || element.closest(part.include) !== null) &&
    (part.exclude === undefined || element.closest(part.exclude) === null);
  const hasText = (element: Element) =>
    element.matches("input, select, textarea") ||
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim() !== "");
  const before = new Set(known.split(" "));
  const looks = new Set<string>();
  const visible = [...document.body.querySelectorAll("*:not(svg *)")].filter(
    (element) => isLookedAt(element) && element.checkVisibility({ visibilityProperty: true }),
  );
  for (const element of visible) {
    const look = lookOf(element);
    if (before.has(look) || looks.has(look)) continue;
    looks.add(look);
    if (hasText(element)) element.setAttribute(ASKED, "");
  }
  const isFixed = (element: Element | null): boolean =>
    element !== null && (getComputedStyle(element).position === "fixed" || isFixed(element.parentElement));
  /** Two targets that overlap, or of which one is small and has the other within the circle that it needs. */
  const hasNearTargets = () => {
    const targets = visible
      .filter((element) => element.matches(TARGETS))
      .map((element) => ({ element, box: element.getBoundingClientRect(), fixed: isFixed(element) }));
    const isNear = (a: DOMRect, b: DOMRect) => {
      const needs = a.width < 24 || a.height < 24 ? 12 : 0;
      const [x, y] = [a.x + a.width / 2, a.y + a.height / 2];
      const reach = needs + (needs > 0 && (b.width < 24 || b.height < 24) ? 12 : 0);
      const overlap = a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
      const away = Math.hypot(Math.max(b.left - x, 0, x - b.right), Math.max(b.top - y, 0, y - b.bottom));
      return overlap || (needs > 0 && away < reach);
    };
    return targets.some((a) =>
      targets.some(
        // What a bar that stays in its place covers is scrolled from under it.
        (b) => a.fixed === b.fixed && !a.element.contains(b.element) && !b.element.contains(a.element) && isNear(a.box, b.box),
      ),
    );
  };
  const scrollsWithoutKey = (element: Element) => {
    const isLonger = element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight;
    if (!isLonger || !/auto|scroll/.test(getComputedStyle(element).overflow)) return false;
    return !element.matches(TARGETS) && !visible.some((other) => element.contains(other) && other.matches(TARGETS));
  };
  /** Rules that only the place of things can break, and whether it may. */
  const ofPlace = {
    "target-size": hasNearTargets(),
    "scrollable-region-focusable": visible.some(scrollsWithoutKey),
  };
  const headingsNow = visible
    .filter((element) => element.matches("h1, h2, h3, h4, h5, h6, [role=heading]"))
    .map((element) => element.getAttribute("aria-level") ?? element.tagName)
    .join(" ");

  type Colour = readonly [number, number, number, number];
  const brush = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const colours = new Map<string, Colour>();
  const colourOf = (text: string): Colour => {
    const memo = colours.get(text);
    if (memo !== undefined) return memo;
    const alpha = Number(/^rgba\(.*, ([\d.]+)\)$/.exec(text)?.[1] ?? /\/ ([\d.]+)\)$/.exec(text)?.[1] ?? 1);
    if (brush === null) throw new Error("this browser draws nothing");
    brush.fillStyle = `rgb(from ${text} r g b / 1)`;
    brush.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = brush.getImageData(0, 0, 1, 1).data;
    const colour = [red, green, blue, alpha] as const;
    colours.set(text, colour);
    return colour;
  };
  const over = (top: Colour, below: Colour): Colour => {
    const mix = (at: 0 | 1 | 2) => top[at] * top[3] + below[at] * (1 - top[3]);
    return [mix(0), mix(1), mix(2), 1];
  };
  /** Of a text over nothing but the plain colours of its ancestors; null where it is more than that. */
  const plain = (element: Element): { fg: Colour; bg: Colour } | null => {
    const layers: Colour[] = [];
    let isCovered = false;
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.opacity !== "1" || style.mixBlendMode !== "normal" || style.filter !== "none") return null;
      if (isCovered) continue;
      if (style.backgroundImage !== "none") return null;
      layers.unshift(colourOf(style.backgroundColor));
      isCovered = layers[0]?.[3] === 1;
    }
    const style = getComputedStyle(element);
    const [base, ...others] = layers;
    if (!isCovered || base === undefined || style.textShadow !== "none") return null;
    const bg = others.reduce((below, layer) => over(layer, below), base);
    return { fg: over(colourOf(style.color), bg), bg };
  };
  const light = ([red, green, blue]: Colour) => {
    const part = (value: number) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
  };
  const contrast = (a: Colour, b: Colour) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const isSame = (colour: Colour, hex: string | undefined) =>
    [1, 3, 5].every((at, index) => Math.abs(Number.parseInt(hex?.slice(at, at + 2) ?? "", 16) - (colour[index] ?? 0)) <= 2);

  const askTags = () => {
    const rules = Object.fromEntries(Object.entries(ofPlace).map(([id, enabled]) => [id, { enabled }]));
    return axe.run(part, { runOnly: { type: "tag", values: [...tags] }, rules, reporter: "as-found" });
  };
  const askRules = (values: string[]) => axe.run(part, { runOnly: { type: "rule", values }, reporter: "as-found" });
  const sentences = (theme: string, results: readonly RuleResult[]) =>
    results.flatMap(({ id, where }) => (where ?? []).map((text) => `${theme} ${id}: ${text}`));
  if (headings === headingsNow && looks.size === 0) {
    const rules = Object.entries(ofPlace).flatMap(([id, enabled]) => (enabled ? [id] : []));
    const found = rules.length === 0 ? [] : sentences("light", await askRules(rules));
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== withoutRest);
    return { found, looks: [], headings };
  }
  const results = await askTags();
  const found = sentences("light", results);
  const ofRule = (id: string) => results.find((result) => result.id === id);

  /** Colours of the light theme that are as reckoned here, and the contrast they need. */
  const simple: { element: HTMLElement; needed: number }[] = [];
  const odd = new Set<Element>();
  const contrasts = ofRule("color-contrast");
  for (const { node, any } of [...(contrasts?.passes ?? []), ...(contrasts?.incomplete ?? [])]) {
    const { element } = node;
    const data = any[0]?.data;
    const colours = plain(element);
    const isAsAxe = colours !== null && isSame(colours.fg, data?.fgColor) && isSame(colours.bg, data?.bgColor);
    if (isAsAxe) simple.push({ element, needed: Number.parseFloat(data?.expectedContrastRatio ?? "7") });
    else odd.add(element);
  }
  const links = ofRule(LINKS);
  /** What tells a link within a text apart without its colour. */
  const lineOf = (element: Element) => {
    const { textDecorationLine, borderBottomStyle, fontWeight, fontStyle } = getComputedStyle(element);
    return [textDecorationLine, borderBottomStyle, fontWeight, fontStyle].join(" ");
  };
  const told = [...(links?.passes ?? []), ...(links?.incomplete ?? [])].map(({ node, any }) => ({
    element: node.element,
    line: any.some(({ id }) => id === "link-in-text-block-style") ? lineOf(node.element) : null,
  }));

  if (simple.length > 0 || odd.size > 0 || told.length > 0) {
    document.documentElement.classList.add("dark");
    for (const { element, needed } of simple) {
      const colours = plain(element);
      // What axe would round the other way is asked of axe.
      if (colours === null || contrast(colours.fg, colours.bg) < needed + 0.05) odd.add(element);
    }
    const hasOddLinks = told.some(({ element, line }) => line !== lineOf(element));
    for (const element of document.querySelectorAll(`[${ASKED}]`)) if (!odd.has(element)) element.removeAttribute(ASKED);
    const rules = [...(odd.size > 0 ? ["color-contrast"] : []), ...(hasOddLinks ? [LINKS] : [])];
    if (rules.length > 0) found.push(...sentences("dark", await askRules(rules)));
    document.documentElement.classList.remove("dark");
  }
  for (const element of document.querySelectorAll(`[${ASKED}]`)) element.removeAttribute(ASKED);
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== withoutRest);
  return { found, looks: [...looks], headings: headingsNow };
}
