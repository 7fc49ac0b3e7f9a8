/** light and dark are choices of the person; system follows the device. */
export type ThemeChoice = "light" | "dark" | "system";

export const THEME_COOKIE = "arcwarden-theme";
const YEAR_SECONDS = 31_536_000;

/** The cookie names the choice and, for "system", what the device said last, so that the server can draw the first frame. */
export function themeCookie(choice: ThemeChoice, systemDark: boolean, secure: boolean): string {
  const value = choice === "system" ? `system-${systemDark ? "dark" : "light"}` : choice;
  return `${THEME_COOKIE}=${value}; path=/; max-age=${YEAR_SECONDS}; samesite=strict${secure ? "; secure" : ""}`;
}

export function parseTheme(cookies: string): ThemeChoice {
  const value = cookies
    .split("; ")
    .find((part) => part.startsWith(`${THEME_COOKIE}=`))
    ?.slice(THEME_COOKIE.length + 1);
  return value === "light" || value === "dark" ? value : "system";
}

export function isDark(choice: ThemeChoice, systemDark: boolean): boolean {
  return choice === "system" ? systemDark : choice === "dark";
}
