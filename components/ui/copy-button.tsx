"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { t } from "@/messages/t";
import { buttonClass } from "./button";
import { cn } from "./class-names";

const SHOW_DONE_MS = 1_500;

export type CopyButtonProps = { text: string; label: string; showLabel?: boolean; className?: string };

/** Copies a text. The name says what is copied, for example "Copy principal id". */
export function CopyButton({ text, label, showLabel = false, className }: CopyButtonProps) {
  const [state, setState] = useState<"idle" | "done" | "refused">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), SHOW_DONE_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setState("done"),
      () => setState("refused"),
    );
  };
  const words = state === "done" ? t("common.copied") : state === "refused" ? t("common.copyFailed") : "";
  return (
    <>
      <button
        type="button"
        onClick={copy}
        aria-label={label}
        title={state === "refused" ? t("common.copyFailed") : label}
        className={cn(buttonClass({ variant: showLabel ? "secondary" : "ghost", size: showLabel ? "sm" : "iconSm" }), className)}
      >
        {state === "done" ? <Check aria-hidden className="text-ok" /> : <Copy aria-hidden />}
        {showLabel ? (state === "done" ? t("common.copied") : label) : null}
      </button>
      <span role="status" className="sr-only">
        {words}
      </span>
    </>
  );
}
