"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { ShowMore } from "@/components/access/show-more";
import { Card, CardHeader } from "@/components/ui/card";
import { RightButton } from "@/components/ui/right-note";
import { encodePreset } from "@/lib/client/change-draft";
import { pages } from "@/lib/config/routes";
import type { CannotSignIn, CannotSignInReason, OperatorRight } from "@/lib/domain/access/api";
import { t } from "@/messages/t";
import { PrincipalChip, principalName } from "../principal-chip";

const PAGE = 12;
const MORE = 50;

/** Reasons that a login role repairs; the others stay whatever role is given. */
const REPAIRED_BY_ROLE: readonly CannotSignInReason[] = ["noLoginRole", "ownerOrContributorOnly"];

export type CannotSignInCardProps = {
  people: readonly CannotSignIn[];
  /** What the list was searched for; "" = everybody. */
  query: string;
  assignRight: OperatorRight;
  scopes: string[];
  back: string;
};

/** People who are known here and cannot sign in, each with every reason, and the repair where a role is all that is missing. */
export function CannotSignInCard({ people, query, assignRight, scopes, back }: CannotSignInCardProps) {
  const router = useRouter();
  const [shown, setShown] = useState(PAGE);
  return (
    <Card aria-labelledby="why-not-title">
      <CardHeader id="why-not-title" title={t("access.page.whyNotTitle")} description={t("access.page.whyNotAbout")} />
      {people.length === 0 ? (
        <p className="px-4 py-3 text-[0.8125rem] text-muted">
          {query.trim() === "" ? t("access.page.whyNotNone") : t("access.page.whyNotNoMatch", { query })}
        </p>
      ) : null}
      <ul>
        {people.slice(0, shown).map(({ principal, reasons, roles }) => (
          <li
            key={principal.id}
            className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 border-line border-b px-4 py-2.5 last:border-b-0"
          >
            <div className="min-w-0">
              <PrincipalChip principal={principal} href={pages.person(principal.id)} />
              <ul className="mt-1 ml-6 text-[0.8125rem]">
                {reasons.map((reason) => (
                  <li key={reason}>{t(`access.page.why.${reason}`)}</li>
                ))}
              </ul>
              {roles.length === 0 ? null : (
                <p className="mt-0.5 ml-6 text-muted text-xs">{t("access.page.whyNotRoles", { roles: roles.join(", ") })}</p>
              )}
            </div>
            {reasons.every((reason) => REPAIRED_BY_ROLE.includes(reason)) ? (
              <RightButton
                size="sm"
                right={assignRight}
                aria-label={t("access.page.giveLoginTo", { who: principalName(principal) })}
                onClick={() =>
                  router.push(pages.accessChange(encodePreset({ who: [principal], wants: ["signInUser"], scopes, back })))
                }
              >
                {t("access.page.giveLogin")}
              </RightButton>
            ) : null}
          </li>
        ))}
      </ul>
      <ShowMore total={people.length} shown={shown} step={MORE} onShow={setShown} />
    </Card>
  );
}
