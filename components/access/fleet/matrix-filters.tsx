"use client";

import { ListFilter } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Popover } from "@/components/ui/popover";
import { Select } from "@/components/ui/select";
import type { MatrixUrl } from "@/lib/client/access/access-url";
import { MATRIX_TESTS } from "@/lib/client/access/matrix-types";
import { useAccessAnswer } from "@/lib/client/access/use-access";
import { CAPABILITY_IDS, isCapabilityId } from "@/lib/domain/access/capabilities";
import { t } from "@/messages/t";
import { capabilityWords, scopeWords } from "./access-words";
import type { MatrixChange } from "./matrix-toolbar";

const TEST_WORDS = {
  more: "accessFleet.matrix.filterMore",
  none: "accessFleet.matrix.filterNone",
  standingOnly: "accessFleet.matrix.filterStandingOnly",
} as const;

/** More groups than this make a list nobody reads; the tree of scopes leads there instead. */
const SCOPES_SHOWN = 400;

function ScopeField({ url, change }: { url: MatrixUrl; change: MatrixChange }) {
  const { value: nodes = [] } = useAccessAnswer("scopes", (backend) =>
    backend.call("scopeTree", { lane: "now", capabilities: [] }),
  );
  const withMachines = nodes.filter((node) => node.machines > 0);
  const shown =
    withMachines.length > SCOPES_SHOWN ? withMachines.filter(({ ref }) => ref.kind !== "resourceGroup") : withMachines;
  const current = url.scope?.toLowerCase() ?? "";
  const isListed = current === "" || shown.some(({ id }) => id === current);
  return (
    <Field label={t("accessFleet.matrix.filterScope")}>
      {(control) => (
        <Select
          {...control}
          value={current}
          onChange={({ target }) => change({ scope: target.value === "" ? null : target.value })}
        >
          <option value="">{t("accessFleet.matrix.filterScopeAny")}</option>
          {isListed ? null : <option value={current}>{url.scope}</option>}
          {shown.map((node) => (
            <option key={node.id} value={node.id}>
              {`${"\u00A0\u00A0".repeat(node.depth)}${scopeWords(node.ref)} (${node.machines})`}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

export function MatrixFilters({ url, change }: { url: MatrixUrl; change: MatrixChange }) {
  return (
    <Popover
      label={t("accessFleet.matrix.filter")}
      align="start"
      trigger={
        <Button>
          <ListFilter aria-hidden />
          {t("accessFleet.matrix.filter")}
        </Button>
      }
    >
      <div className="grid gap-3">
        <Field label={t("accessFleet.matrix.filterCapability")}>
          {(control) => (
            <Select
              {...control}
              value={url.can ?? ""}
              onChange={({ target }) => change({ can: isCapabilityId(target.value) ? target.value : null })}
            >
              <option value="">{t("accessFleet.matrix.filterAny")}</option>
              {CAPABILITY_IDS.map((id) => (
                <option key={id} value={id}>
                  {capabilityWords(id)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={t("accessFleet.matrix.filterTest")}>
          {(control) => (
            <Select
              {...control}
              disabled={url.can === null}
              value={url.test}
              onChange={({ target }) => change({ test: MATRIX_TESTS.find((one) => one === target.value) ?? null })}
            >
              {MATRIX_TESTS.map((test) => (
                <option key={test} value={test}>
                  {t(TEST_WORDS[test])}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {url.can !== null && url.test === "more" ? (
          <Field label={t("accessFleet.matrix.filterThan")}>
            {(control) => (
              <Input
                {...control}
                type="number"
                min={0}
                value={url.than}
                onChange={({ target }) => change({ than: Math.max(0, Math.trunc(Number(target.value) || 0)) })}
              />
            )}
          </Field>
        ) : null}
        <ScopeField url={url} change={change} />
        {/* biome-ignore lint/a11y/noLabelWithoutControl: Checkbox renders the input. */}
        <label className="flex items-center gap-2 text-[0.8125rem]">
          <Checkbox checked={url.incomplete} onChange={({ target }) => change({ incomplete: target.checked ? true : null })} />
          {t("accessFleet.matrix.filterIncomplete")}
        </label>
      </div>
    </Popover>
  );
}
