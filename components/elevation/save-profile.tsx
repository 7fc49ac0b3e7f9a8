"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { toClientProblem } from "@/lib/client/api-problem";
import { t } from "@/messages/t";
import { type ActivationDraft, type FormRole, PROFILES_MAX, toProfile } from "./activation-draft";
import { useProfiles } from "./use-elevation";

const NAME_MAX = 60;

/** Keeps the form under a name, so that the next time is one click and a send. */
export function SaveProfile({ draft, roles }: { draft: ActivationDraft; roles: readonly FormRole[] }) {
  const { profiles, save } = useProfiles();
  const [name, setName] = useState("");
  const [saved, setSaved] = useState<string | null>(null);
  const trimmed = name.trim();
  const same = profiles.find((profile) => profile.name.toLowerCase() === trimmed.toLowerCase());
  const full = same === undefined && profiles.length >= PROFILES_MAX;
  const hint = full
    ? t("elevation.profiles.full", { max: PROFILES_MAX })
    : same === undefined || trimmed === ""
      ? t("elevation.profiles.about")
      : t("elevation.profiles.replaced");
  const keep = () => {
    const profile = toProfile(draft, roles, trimmed, same?.id ?? crypto.randomUUID());
    const others = profiles.filter(({ id }) => id !== profile.id);
    save.mutate([...others, profile], { onSuccess: () => setSaved(trimmed) });
  };
  return (
    <details>
      <summary className="w-fit text-link text-xs">{t("elevation.profiles.save")}</summary>
      <div className="mt-2 grid grid-cols-1 gap-2">
        <Field
          label={t("elevation.profiles.name")}
          hint={hint}
          error={save.error === null ? undefined : toClientProblem(save.error).detail}
        >
          {(control) => (
            <span className="flex gap-2">
              <Input
                {...control}
                maxLength={NAME_MAX}
                placeholder={t("elevation.profiles.namePlaceholder")}
                value={name}
                onChange={(event) => {
                  setName(event.target.value);
                  setSaved(null);
                }}
              />
              <Button disabled={trimmed === "" || full || save.isPending} onClick={keep}>
                {t("elevation.profiles.saveButton")}
              </Button>
            </span>
          )}
        </Field>
        <p role="status" className="text-ok text-xs">
          {saved === null ? "" : t("elevation.profiles.saved", { name: saved })}
        </p>
      </div>
    </details>
  );
}
