"use client";

import { useEffect, useId, useState } from "react";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { getFleet, useFleet } from "@/lib/client/use-fleet";
import { parseMachineId } from "@/lib/domain/machine";
import { t } from "@/messages/t";

const LIMIT = 12;

export type MachineFieldProps = { label: string; value: string; onChange: (id: string) => void };

/** Chooses a machine by its name; the value is its id. A name that fits no machine chooses none and says so. */
export function MachineField({ label, value, onChange }: MachineFieldProps) {
  const list = useId();
  const { version, phase } = useFleet();
  const [text, setText] = useState(parseMachineId(value)?.name ?? "");
  const [found, setFound] = useState<{ id: string; name: string }[]>([]);
  useEffect(() => setText(parseMachineId(value)?.name ?? ""), [value]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new rows (`version`) may hold the machine that is being typed.
  useEffect(() => {
    let wanted = true;
    void getFleet()
      .backend()
      .then((backend) => backend.call("find", text, LIMIT))
      .then((machines) => {
        if (!wanted) return;
        setFound(machines.map(({ id, name }) => ({ id, name })));
        // A whole name may be typed before the list that knows it is there.
        const match = machines.find(({ name }) => name.toLowerCase() === text.trim().toLowerCase());
        if (match !== undefined && value === "") onChange(match.id);
      });
    return () => {
      wanted = false;
    };
  }, [text, version]);
  const typed = (next: string) => {
    setText(next);
    const match = found.find(({ name }) => name.toLowerCase() === next.trim().toLowerCase());
    if (match !== undefined) onChange(match.id);
    else if (value !== "") onChange("");
  };
  const isOpen = text.trim() !== "" && value === "";
  const hint = isOpen ? t(phase === "loading" ? "history.machine.loading" : "history.machine.unknown") : undefined;
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })}>
      {(control) => (
        <>
          <Input
            {...control}
            value={text}
            list={list}
            maxLength={200}
            autoComplete="off"
            placeholder={t("history.machine.hint")}
            onChange={(event) => typed(event.target.value)}
          />
          <datalist id={list}>
            {found.map(({ id, name }) => (
              <option key={id} value={name} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
