"use client";

import { LogOut } from "lucide-react";
import { useEffect } from "react";
import { buttonClass } from "@/components/ui/button";
import { pages } from "@/lib/config/routes";
import { t } from "@/messages/t";
import { Notice } from "./notice";

export function SignedOut() {
  // Entra comes back with a state parameter that means nothing here.
  useEffect(() => {
    if (window.location.search !== "") window.history.replaceState(null, "", pages.signedOut());
  }, []);
  return (
    <Notice
      icon={LogOut}
      title={t("auth.signedOut.title")}
      actions={
        <a className={buttonClass({ variant: "primary", size: "lg" })} href={pages.overview()}>
          {t("auth.signedOut.again")}
        </a>
      }
    >
      <p>{t("auth.signedOut.text")}</p>
    </Notice>
  );
}
