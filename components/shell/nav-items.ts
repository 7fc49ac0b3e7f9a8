import {
  BookOpen,
  CalendarClock,
  History,
  KeyRound,
  Layers,
  LayoutDashboard,
  type LucideIcon,
  ScrollText,
  Server,
  Settings,
  ShieldCheck,
} from "lucide-react";
import { pages } from "@/lib/config/routes";
import { t } from "@/messages/t";

export type NavItem = { id: string; href: string; label: string; icon: LucideIcon };

export const NAV_ITEMS: readonly NavItem[] = [
  { id: "overview", href: pages.overview(), label: t("shell.nav.overview"), icon: LayoutDashboard },
  { id: "machines", href: pages.machines(), label: t("shell.nav.machines"), icon: Server },
  { id: "access", href: pages.access(), label: t("shell.nav.access"), icon: KeyRound },
  { id: "elevation", href: pages.elevation(), label: t("shell.nav.elevation"), icon: ShieldCheck },
  { id: "rollouts", href: pages.rollouts(), label: t("shell.nav.rollouts"), icon: Layers },
  { id: "certificates", href: pages.certificates(), label: t("shell.nav.certificates"), icon: CalendarClock },
  { id: "history", href: pages.history(), label: t("shell.nav.history"), icon: History },
  { id: "audit", href: pages.audit(), label: t("shell.nav.audit"), icon: ScrollText },
  { id: "settings", href: pages.settings(), label: t("shell.nav.settings"), icon: Settings },
];

export const GLOSSARY_ITEM: NavItem = { id: "glossary", href: pages.glossary(), label: t("shell.nav.glossary"), icon: BookOpen };

/** The overview is the root, so it is current only on its own address; every other item also on pages below it. */
export function isCurrent(item: NavItem, pathname: string): boolean {
  if (item.href === pages.overview()) return pathname === item.href;
  return pathname === item.href || pathname.startsWith(`${item.href}/`);
}
