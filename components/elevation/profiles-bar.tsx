"use client";

import { Bookmark, X } from "lucide-react";
import { Button } from "@/components/ui/button";
import { showToast } from "@/components/ui/toast-store";
import { toClientProblem } from "@/lib/client/api-problem";
import type { ElevationProfile } from "@/lib/domain/elevation/api";
import { t } from "@/messages/t";
import { useProfiles } from "./use-elevation";

/** Saved forms, one click each; nothing while none is saved. */
export function ProfilesBar({ onUse }: { onUse: (profile: ElevationProfile) => void }) {
  const { query, profiles, save } = useProfiles();
  const onError = (error: unknown) =>
    showToast({ tone: "bad", title: t("elevation.profiles.removeFailed"), detail: toClientProblem(error).detail });
  if (query.error !== null) return <p className="text-muted text-xs">{t("elevation.profiles.failed")}</p>;
  if (profiles.length === 0) return null;
  return (
    <section aria-label={t("elevation.profiles.title")} className="flex flex-wrap items-center gap-2">
      <Bookmark aria-hidden className="size-4 text-muted" />
      <ul className="flex flex-wrap gap-2">
        {profiles.map((profile) => (
          <li key={profile.id} className="inline-flex max-w-full rounded-md border border-line bg-surface shadow-card">
            <Button
              variant="ghost"
              size="sm"
              className="min-w-0 max-w-64 rounded-r-none"
              aria-label={t("elevation.profiles.useName", { name: profile.name })}
              onClick={() => onUse(profile)}
            >
              <span className="truncate">{profile.name}</span>
              <span className="text-muted">{t("elevation.profiles.roles", { count: profile.items.length })}</span>
            </Button>
            <Button
              variant="ghost"
              size="iconSm"
              className="rounded-l-none border-l-line"
              aria-label={t("elevation.profiles.removeName", { name: profile.name })}
              onClick={() =>
                save.mutate(
                  profiles.filter(({ id }) => id !== profile.id),
                  { onError },
                )
              }
            >
              <X aria-hidden />
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
