"use client";

import { Command } from "cmdk";
import { CornerDownLeft, Search, Server, User, Users } from "lucide-react";
import { useRouter } from "next/navigation";
import * as Radix from "radix-ui/dialog";
import { useEffect, useState } from "react";
import { usePortalTarget } from "@/components/ui/portal-target";
import { showToast } from "@/components/ui/toast-store";
import { useReturnFocus } from "@/components/ui/use-return-focus";
import { getAccess, useAccessStatus } from "@/lib/client/access/use-access";
import { statusWords } from "@/lib/client/fleet-cells";
import type { FoundMachine } from "@/lib/client/fleet-store";
import { useSession } from "@/lib/client/session";
import { getFleet, useFleet } from "@/lib/client/use-fleet";
import { useSeesAll } from "@/lib/client/use-sees-all";
import { setTheme } from "@/lib/client/use-theme";
import { pages } from "@/lib/config/routes";
import type { PrincipalInput } from "@/lib/domain/access/types";
import { parseMachineId } from "@/lib/domain/machine";
import { t } from "@/messages/t";
import { ACTION_ENTRIES, findEntries, offeredEntries, PAGE_ENTRIES, type PaletteEntry } from "./palette-actions";

const MACHINE_LIMIT = 8;
const PERSON_LIMIT = 6;
const ITEM =
  "flex min-h-9 cursor-default select-none items-center gap-2.5 rounded-md px-2.5 py-1.5 text-[0.8125rem] data-[selected=true]:bg-selected [&_svg]:size-4 [&_svg]:text-muted";
const GROUP =
  "p-1 [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-muted [&_[cmdk-group-heading]]:text-xs";

function useMachines(query: string): FoundMachine[] {
  const { version } = useFleet();
  const [found, setFound] = useState<FoundMachine[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new rows (`version`) may hold the machine that is being typed.
  useEffect(() => {
    let wanted = true;
    void getFleet()
      .backend()
      .then((backend) => backend.call("find", query, MACHINE_LIMIT))
      .then((machines) => {
        if (wanted) setFound(machines);
      });
    return () => {
      wanted = false;
    };
  }, [query, version]);
  return found;
}

/** People and groups; reading access begins when the palette is first used to search, not with every page. */
function usePeople(query: string): { people: PrincipalInput[]; isReading: boolean } {
  const { version, phase } = useAccessStatus();
  const [found, setFound] = useState<PrincipalInput[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new evaluation (`version`) may know the person that is being typed.
  useEffect(() => {
    if (query.trim().length < 2) return setFound([]);
    let wanted = true;
    getAccess().start();
    void getAccess()
      .backend()
      .then((backend) => backend.call("findPeople", query, PERSON_LIMIT))
      .then((people) => {
        if (wanted) setFound(people);
      });
    return () => {
      wanted = false;
    };
  }, [query, version]);
  return { people: found, isReading: phase === "loading" && query.trim().length >= 2 };
}

export type CommandPaletteProps = { open: boolean; onOpenChange: (open: boolean) => void };

export function CommandPalette({ open, onOpenChange }: CommandPaletteProps) {
  const container = usePortalTarget();
  const focus = useReturnFocus();
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal container={container}>
        <Radix.Overlay className="fixed inset-0 z-40 bg-overlay" />
        <Radix.Content
          {...focus}
          className="fixed inset-x-3 top-[8vh] z-50 mx-auto max-w-xl overflow-hidden rounded-xl border border-line bg-raised shadow-float"
        >
          <Radix.Title className="sr-only">{t("shell.palette.title")}</Radix.Title>
          <Radix.Description className="sr-only">{t("shell.palette.description")}</Radix.Description>
          <PaletteBody close={() => onOpenChange(false)} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function PaletteBody({ close }: { close: () => void }) {
  const [query, setQuery] = useState("");
  const router = useRouter();
  const { signOut } = useSession();
  const seesAll = useSeesAll() === true;
  const fleet = useFleet();
  const machines = useMachines(query);
  const { people, isReading } = usePeople(query);
  const pageEntries = findEntries(PAGE_ENTRIES, query);
  const actionEntries = findEntries(offeredEntries(ACTION_ENTRIES, seesAll), query);
  const run = ({ run: deed }: PaletteEntry) => {
    close();
    if (deed.kind === "go") router.push(deed.href);
    else if (deed.kind === "theme") setTheme(deed.choice);
    else if (deed.what === "refresh") void getFleet().refresh();
    else if (deed.what === "signOut") void signOut();
    else {
      navigator.clipboard.writeText(window.location.href).then(
        () => showToast({ tone: "ok", title: t("common.copied") }),
        () => showToast({ tone: "bad", title: t("common.copyFailed") }),
      );
    }
  };
  const openMachine = (machine: FoundMachine) => {
    const ref = parseMachineId(machine.id);
    close();
    if (ref !== null) router.push(pages.machine(ref));
  };
  return (
    <Command shouldFilter={false} loop label={t("shell.palette.title")}>
      <div className="flex items-center gap-2.5 border-line border-b px-4">
        <Search aria-hidden className="size-4 shrink-0 text-muted" />
        <Command.Input
          value={query}
          onValueChange={setQuery}
          placeholder={t("shell.palette.placeholder")}
          className="h-12 w-full bg-transparent text-[0.9375rem] outline-none placeholder:text-muted"
        />
      </div>
      {machines.length + people.length + pageEntries.length + actionEntries.length > 0 ? null : (
        <p role="status" className="px-4 py-8 text-center text-muted">
          {t(isReading ? "shell.palette.stillReading" : "shell.palette.empty", { query })}
        </p>
      )}
      <Command.List label={t("shell.palette.title")} className="scroll-thin max-h-[60vh] overflow-y-auto p-1">
        {machines.length === 0 ? null : (
          <Command.Group heading={t("shell.palette.machines")} className={GROUP}>
            {machines.map((machine) => (
              <Command.Item key={machine.id} value={machine.id} onSelect={() => openMachine(machine)} className={ITEM}>
                <Server aria-hidden />
                <span className="truncate font-medium">{machine.name}</span>
                <span className="ml-auto truncate text-muted text-xs">{`${machine.resourceGroup} · ${statusWords(machine.status)}`}</span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        <People
          people={people}
          onOpen={(person) => {
            close();
            router.push(pages.person(person.id));
          }}
        />
        <Entries heading={t("shell.palette.pages")} entries={pageEntries} onRun={run} />
        <Entries heading={t("shell.palette.actions")} entries={actionEntries} onRun={run} />
      </Command.List>
      {fleet.phase === "loading" || isReading ? (
        <p className="border-line border-t px-4 py-2 text-muted text-xs">
          {t(fleet.phase === "loading" ? "shell.palette.fleetLoading" : "shell.palette.peopleLoading")}
        </p>
      ) : null}
    </Command>
  );
}

function People({ people, onOpen }: { people: readonly PrincipalInput[]; onOpen: (person: PrincipalInput) => void }) {
  if (people.length === 0) return null;
  return (
    <Command.Group heading={t("shell.palette.people")} className={GROUP}>
      {people.map((person) => (
        <Command.Item key={person.id} value={`person-${person.id}`} onSelect={() => onOpen(person)} className={ITEM}>
          {person.kind === "group" ? <Users aria-hidden /> : <User aria-hidden />}
          <span className="truncate font-medium">{person.displayName}</span>
          <span className="ml-auto truncate text-muted text-xs">{person.detail}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function Entries(props: { heading: string; entries: readonly PaletteEntry[]; onRun: (entry: PaletteEntry) => void }) {
  if (props.entries.length === 0) return null;
  return (
    <Command.Group heading={props.heading} className={GROUP}>
      {props.entries.map((entry) => (
        <Command.Item key={entry.id} value={entry.id} onSelect={() => props.onRun(entry)} className={ITEM}>
          <CornerDownLeft aria-hidden />
          {entry.label}
        </Command.Item>
      ))}
    </Command.Group>
  );
}
