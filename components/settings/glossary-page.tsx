"use client";

import { BadgeCheck, Cable } from "lucide-react";
import { useState } from "react";
import { Input } from "@/components/ui/input";
import { t } from "@/messages/t";
import { findTerms } from "./glossary-terms";

export function GlossaryPage() {
  const [query, setQuery] = useState("");
  const found = findTerms(query);
  return (
    <div className="mx-auto grid max-w-4xl gap-5 px-4 py-4 md:px-6 md:py-5">
      <div>
        <h1 className="font-semibold text-lg leading-6">{t("glossary.title")}</h1>
        <p className="text-[0.8125rem] text-muted">{t("glossary.subtitle")}</p>
      </div>
      <section aria-labelledby="two-facts" className="grid gap-3 rounded-lg border border-primary/40 bg-selected/60 p-4">
        <h2 id="two-facts" className="font-semibold text-sm">
          {t("glossary.two.title")}
        </h2>
        <div className="grid gap-3 sm:grid-cols-2">
          <div className="rounded-md border border-line bg-surface p-4">
            <h3 className="flex items-center gap-2 font-semibold">
              <Cable aria-hidden className="size-4 text-primary" />
              {t("glossary.two.connected")}
            </h3>
            <p className="mt-1.5 text-muted">{t("glossary.two.connectedText")}</p>
          </div>
          <div className="rounded-md border border-line bg-surface p-4">
            <h3 className="flex items-center gap-2 font-semibold">
              <BadgeCheck aria-hidden className="size-4 text-primary" />
              {t("glossary.two.joined")}
            </h3>
            <p className="mt-1.5 text-muted">{t("glossary.two.joinedText")}</p>
          </div>
        </div>
        <p>{t("glossary.two.note")}</p>
      </section>
      <Input
        type="search"
        aria-label={t("glossary.filter")}
        placeholder={t("glossary.filter")}
        className="max-w-xs"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      <dl className="overflow-hidden rounded-lg border border-line bg-surface shadow-card">
        {found.map((id) => (
          <div
            key={id}
            id={id}
            className="grid gap-x-6 gap-y-1 border-line border-b px-4 py-3 last:border-b-0 target:bg-selected sm:grid-cols-[14rem_minmax(0,1fr)]"
          >
            <dt className="font-semibold">{t(`glossary.terms.${id}.term`)}</dt>
            <dd className="grid gap-1">
              <p>{t(`glossary.terms.${id}.text`)}</p>
              <p className="text-muted text-xs">{t("glossary.formerly", { names: t(`glossary.terms.${id}.names`) })}</p>
            </dd>
          </div>
        ))}
      </dl>
      <p role="status" className="text-muted">
        {found.length === 0 ? t("glossary.none", { query }) : ""}
      </p>
    </div>
  );
}
