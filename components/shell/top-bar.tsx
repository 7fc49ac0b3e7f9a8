"use client";

import { Search } from "lucide-react";
import dynamic from "next/dynamic";
import { useEffect, useState } from "react";
import { Kbd } from "@/components/ui/kbd";
import { Link } from "@/components/ui/link";
import { useEver } from "@/components/ui/use-ever";
import { pages } from "@/lib/config/routes";
import { t } from "@/messages/t";
import { AccountMenu } from "./account-menu";
import { Brand } from "./brand";

/** Loaded when it is first opened: most visits never do. */
const CommandPalette = dynamic(() => import("./command-palette").then((module) => module.CommandPalette), { ssr: false });

export function TopBar() {
  const [open, setOpen] = useState(false);
  const everOpen = useEver(open);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      setOpen((current) => !current);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <header className="flex h-12 shrink-0 items-center gap-3 border-line border-b bg-surface px-4 print:hidden">
      <Link href={pages.overview()} aria-label={t("common.product")} className="md:hidden">
        <Brand />
      </Link>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="ml-auto flex h-8 items-center gap-2.5 rounded-md border border-line bg-sunken px-2.5 text-muted hover:border-line-strong md:ml-0 md:w-80"
      >
        <Search aria-hidden className="size-4 shrink-0" />
        <span className="max-md:sr-only">{t("shell.search")}</span>
        <span aria-hidden className="ml-auto hidden md:block">
          <Kbd>Ctrl K</Kbd>
        </span>
      </button>
      <div className="flex items-center gap-2 md:ml-auto">
        <AccountMenu />
      </div>
      {everOpen ? <CommandPalette open={open} onOpenChange={setOpen} /> : null}
    </header>
  );
}
