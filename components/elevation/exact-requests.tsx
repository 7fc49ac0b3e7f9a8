"use client";

import { useEffect, useState } from "react";
import { Badge } from "@/components/ui/badge";
import { CodeBlock } from "@/components/ui/code-block";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { WRAPPED } from "@/components/ui/request-preview";
import { Segmented } from "@/components/ui/segmented";
import { toClientProblem } from "@/lib/client/api-problem";
import type { ExactRequest } from "@/lib/domain/api";
import type { ElevationAction, ElevationCheck, ElevationCommands } from "@/lib/domain/elevation/write-api";
import { t } from "@/messages/t";
import { formProblemWords, RefusalNote } from "./refusal-note";
import { useCheck } from "./use-elevation";

const KINDS = ["azCli", "powershell", "http"] as const satisfies readonly (keyof ElevationCommands)[];
const STILL_MS = 600;

/** The request as it goes out: address and body. */
export function ExactRequestView({ exact }: { exact: ExactRequest }) {
  return (
    <div className="grid grid-cols-1 gap-2">
      <CodeBlock
        code={`${exact.method} ${exact.url}`}
        label={t("elevation.form.target")}
        copyLabel={t("elevation.form.copyTarget")}
        className={WRAPPED}
      />
      {exact.body === null || exact.body === undefined ? null : (
        <CodeBlock
          code={JSON.stringify(exact.body, null, 2)}
          label={t("elevation.form.body")}
          copyLabel={t("elevation.form.copyBody")}
        />
      )}
    </div>
  );
}

function Answer({ check }: { check: ElevationCheck }) {
  const [kind, setKind] = useState<(typeof KINDS)[number]>("azCli");
  const commands = check.items.map((item) => item.commands[kind]).join("\n\n");
  return (
    <div className="grid grid-cols-1 gap-3">
      <ul className="grid grid-cols-1 gap-2">
        {check.items.map((item) => (
          <li key={item.id} className="grid grid-cols-1 gap-1.5">
            {item.refusal !== null ? (
              <RefusalNote refusal={item.refusal} quiet />
            ) : item.problems.length > 0 ? (
              item.problems.map((problem) => (
                <p key={problem.id} className="text-warn text-xs">
                  {formProblemWords(problem)}
                </p>
              ))
            ) : (
              <span>
                <Badge tone="ok">{t("elevation.form.wouldTake")}</Badge>
              </span>
            )}
            <ExactRequestView exact={item.exact} />
          </li>
        ))}
      </ul>
      <Segmented
        label={t("elevation.form.forms")}
        value={kind}
        options={KINDS.map((id) => ({ value: id, label: t(`elevation.form.${id}`) }))}
        onChange={setKind}
        className="w-fit"
      />
      <CodeBlock
        code={commands}
        label={t(`elevation.form.${kind}`)}
        copyLabel={t("elevation.form.copyCommands", { kind: t(`elevation.form.${kind}`) })}
      />
    </div>
  );
}

function Asked({ actions }: { actions: readonly ElevationAction[] }) {
  const [still, setStill] = useState(actions);
  const wanted = JSON.stringify(actions);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the actions are new objects at every drawing, their text is not.
  useEffect(() => {
    // Azure is asked when the typing pauses, not at every letter.
    const timer = setTimeout(() => setStill(actions), STILL_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  const check = useCheck(still, true);
  if (check.data !== undefined) return <Answer check={check.data} />;
  if (check.error !== null) {
    return <ProblemPanel problem={{ ...toClientProblem(check.error), title: t("elevation.form.exactFailed") }} live={false} />;
  }
  return (
    <p role="status" className="text-muted text-xs">
      {t("elevation.form.exactLoading")}
    </p>
  );
}

/** On demand: what would go out, word for word, whether Azure would take it, and the same as commands. */
export function ExactRequests({ actions }: { actions: readonly ElevationAction[] }) {
  const [open, setOpen] = useState(false);
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="w-fit text-link text-xs">{t("elevation.form.exact")}</summary>
      <div className="mt-2">{open ? <Asked actions={actions} /> : null}</div>
    </details>
  );
}
