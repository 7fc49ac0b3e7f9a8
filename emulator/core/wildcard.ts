const SPECIAL = /[.+?^${}()|[\]\\]/g;

/**
 * Azure action patterns: `*` stands for any text, also across slashes; case does not matter. As a whole segment in the middle
 * it may stand for no segment too: login roles hold such a pattern and are described as seeing the machine itself.
 */
export function compileActionPattern(pattern: string): RegExp {
  const whole = pattern.split("/*/").map((part) =>
    part
      .split("*")
      .map((text) => text.replace(SPECIAL, "\\$&"))
      .join(".*"),
  );
  return new RegExp(`^${whole.join("/(?:.*/)?")}$`, "i");
}
