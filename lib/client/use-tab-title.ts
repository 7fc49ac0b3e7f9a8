"use client";

import { useLayoutEffect } from "react";
import { t } from "@/messages/t";

/**
 * Names in the tab what the page shows, once it is known: several of a kind lie side by side in a browser. Next writes the page's
 * own title whenever it has it, also after this, so that it is watched.
 */
export function useTabTitle(name: string | undefined): void {
  useLayoutEffect(() => {
    if (name === undefined || name === "") return;
    const title = t("common.tabTitle", { name });
    const write = () => {
      if (document.title !== title) document.title = title;
    };
    write();
    const watch = new MutationObserver(write);
    watch.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => watch.disconnect();
  }, [name]);
}
