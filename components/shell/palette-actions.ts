import { pages } from "@/lib/config/routes";
import { searchForms } from "@/lib/domain/search-synonyms";
import { t } from "@/messages/t";
import { GLOSSARY_ITEM, NAV_ITEMS } from "./nav-items";

export type PaletteEntry = {
  id: string;
  label: string;
  /** Further words that find it; the label and these are searched together. */
  keywords: string;
  run: { kind: "go"; href: string } | { kind: "theme"; choice: "light" | "dark" | "system" } | { kind: "do"; what: PaletteDeed };
};

/** Entries whose page is for those alone who see everybody's access. */
const FOR_AUDITORS: readonly string[] = ["history-on", "history-report"];

/** What is offered to somebody who sees everybody's entries, or only own ones. */
export function offeredEntries(entries: readonly PaletteEntry[], seesAll: boolean): PaletteEntry[] {
  return entries.filter(({ id }) => seesAll || !FOR_AUDITORS.includes(id));
}

export type PaletteDeed = "refresh" | "copyAddress" | "signOut";

export const PAGE_ENTRIES: readonly PaletteEntry[] = [...NAV_ITEMS, GLOSSARY_ITEM].map((item) => ({
  id: `page-${item.id}`,
  label: item.label,
  keywords: item.id === "machines" ? "servers hybrid fleet arc" : item.id === "glossary" ? "words terms help entra" : "",
  run: { kind: "go", href: item.href },
}));

export const ACTION_ENTRIES: readonly PaletteEntry[] = [
  {
    id: "access-change",
    label: t("shell.palette.accessChange"),
    keywords: "give grant assign role login remove access permission",
    run: { kind: "go", href: pages.accessChange() },
  },
  {
    id: "access-changes",
    label: t("shell.palette.accessChanges"),
    keywords: "undo history effective role assignment recent",
    run: { kind: "go", href: pages.accessChanges() },
  },
  {
    id: "access-people",
    label: t("shell.palette.accessPeople"),
    keywords: "access blast radius administrator person group who",
    run: { kind: "go", href: `${pages.access()}?view=people` },
  },
  {
    id: "access-roles",
    label: t("shell.palette.accessRoles"),
    keywords: "access rbac role definition compare custom capability",
    run: { kind: "go", href: `${pages.access()}?view=roles` },
  },
  {
    id: "access-findings",
    label: t("shell.palette.accessFindings"),
    keywords: "access findings risk guest onboarding standing owner",
    run: { kind: "go", href: `${pages.access()}?view=findings` },
  },
  {
    id: "elevation-mine",
    label: t("shell.palette.elevationMine"),
    keywords: "pim elevate elevation eligible just in time privileged deactivate my access",
    run: { kind: "go", href: pages.elevation() },
  },
  {
    id: "elevation-approvals",
    label: t("shell.palette.elevationApprovals"),
    keywords: "pim approve deny decide inbox elevation request",
    run: { kind: "go", href: pages.elevationApprovals() },
  },
  {
    id: "elevation-manage",
    label: t("elevationManage.title"),
    keywords: "pim eligibility eligible standing convert policy role settings drift baseline",
    run: { kind: "go", href: pages.elevationManage() },
  },
  {
    id: "rollout-new",
    label: t("shell.palette.newRollout"),
    keywords: "roll-out rollout deploy bulk waves canary extension install upgrade uninstall entra sign-in login linux",
    run: { kind: "go", href: pages.newRollout() },
  },
  {
    id: "enable-sign-in",
    label: t("shell.palette.enableSignIn"),
    keywords: "entra sign-in extension deploy install login server",
    run: { kind: "go", href: `${pages.machines()}?signIn=notInstalled` },
  },
  {
    id: "history-on",
    label: t("shell.palette.historyOn"),
    keywords: "history past elevation pim who held when activation",
    run: { kind: "go", href: `${pages.history()}?view=on` },
  },
  {
    id: "history-report",
    label: t("shell.palette.historyReport"),
    keywords: "history week print pdf activations approvals pim",
    run: { kind: "go", href: pages.historyReport() },
  },
  {
    id: "rollouts-need",
    label: t("shell.palette.rolloutsNeedYou"),
    keywords: "rollout held paused waiting go wave failures",
    run: { kind: "go", href: `${pages.rollouts()}?show=needs` },
  },
  {
    id: "sign-in-failed",
    label: t("shell.palette.signInFailed"),
    keywords: "entra sign-in extension error",
    run: { kind: "go", href: `${pages.machines()}?signIn=failed` },
  },
  {
    id: "sign-in-missing",
    label: t("shell.palette.signInMissing"),
    keywords: "entra sign-in extension not installed",
    run: { kind: "go", href: `${pages.machines()}?signIn=notInstalled` },
  },
  {
    id: "expired",
    label: t("shell.palette.expired"),
    keywords: "certificate identity expired reconnect",
    run: { kind: "go", href: `${pages.machines()}?certificate=expired` },
  },
  {
    id: "no-identity",
    label: t("shell.palette.noIdentity"),
    keywords: "managed identity missing system-assigned",
    run: { kind: "go", href: `${pages.machines()}?identity=None` },
  },
  { id: "refresh", label: t("shell.palette.refreshFleet"), keywords: "reload", run: { kind: "do", what: "refresh" } },
  { id: "copy", label: t("shell.palette.copyAddress"), keywords: "link share", run: { kind: "do", what: "copyAddress" } },
  { id: "light", label: t("shell.palette.themeLight"), keywords: "bright day", run: { kind: "theme", choice: "light" } },
  { id: "dark", label: t("shell.palette.themeDark"), keywords: "night", run: { kind: "theme", choice: "dark" } },
  { id: "system", label: t("shell.palette.themeSystem"), keywords: "auto", run: { kind: "theme", choice: "system" } },
  { id: "sign-out", label: t("shell.palette.signOut"), keywords: "log out leave", run: { kind: "do", what: "signOut" } },
];

/** Entries in which every word of the query, or of one of its forms with today's product names, is found. */
export function findEntries(entries: readonly PaletteEntry[], query: string): PaletteEntry[] {
  if (query.trim() === "") return [...entries];
  const forms = searchForms(query).map((form) => form.split(" "));
  return entries.filter((entry) => {
    const text = `${entry.label} ${entry.keywords}`.toLowerCase();
    return forms.some((words) => words.every((word) => text.includes(word)));
  });
}
