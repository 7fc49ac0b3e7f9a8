"use client";

import { PageFrame } from "@/components/ui/page-state";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { toClientProblem } from "@/lib/client/api-problem";
import { useConfig } from "@/lib/client/config";
import { formatDateTime } from "@/lib/client/format";
import { useSession } from "@/lib/client/session";
import type { LastKnownMachine } from "@/lib/domain/api";
import type { Problem } from "@/lib/domain/errors";
import type { MachineRef } from "@/lib/domain/machine";
import { t } from "@/messages/t";
import { MachineLoading } from "./machine-loading";
import { MachineUnavailable } from "./machine-unavailable";
import { MachineView } from "./machine-view";
import { useMachine } from "./use-machine";

/** The portal adds what it remembers of a machine to the problem that says why it cannot be read. */
function lastKnownOf(problem: object): LastKnownMachine | null {
  if (!("lastKnown" in problem) || typeof problem.lastKnown !== "object" || problem.lastKnown === null) return null;
  const { lastKnown } = problem;
  return "facts" in lastKnown && "at" in lastKnown ? (lastKnown as LastKnownMachine) : null;
}

/** The last read failed: what is shown is older, and the page says how old and why. */
function StaleNotice({ problem, asOf }: { problem: Problem; asOf: string }) {
  const kept = t("machine.unavailable.kept", { time: formatDateTime(asOf) });
  return <ProblemPanel problem={{ ...problem, nextStep: `${problem.nextStep ?? ""} ${kept}`.trim() }} />;
}

function Content({ machineRef }: { machineRef: MachineRef }) {
  const query = useMachine(machineRef);
  const config = useConfig();
  const session = useSession();
  const tenantId = session.account?.tenantId ?? config.tenantId;
  const refresh = () => void query.refetch();
  if (query.data !== undefined) {
    return (
      <>
        {query.error === null ? null : <StaleNotice problem={toClientProblem(query.error)} asOf={query.data.asOf} />}
        <MachineView detail={query.data} tenantId={tenantId} refreshing={query.isFetching} onRefresh={refresh} />
      </>
    );
  }
  if (query.error !== null) {
    const problem = toClientProblem(query.error);
    return <MachineUnavailable problem={problem} lastKnown={lastKnownOf(problem)} name={machineRef.name} onRetry={refresh} />;
  }
  return <MachineLoading name={machineRef.name} />;
}

/** One machine: identity, certificate, agent, extensions, sign-in and what has been done to it. */
export function MachinePage({ machineRef }: { machineRef: MachineRef }) {
  return (
    <PageFrame>
      <Content machineRef={machineRef} />
    </PageFrame>
  );
}
