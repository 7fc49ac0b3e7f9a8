"use client";

import { useEffect, useState } from "react";
import { BackLink } from "@/components/ui/back-link";
import { Button } from "@/components/ui/button";
import { PageFrame } from "@/components/ui/page-state";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Skeleton } from "@/components/ui/skeleton";
import { toClientProblem } from "@/lib/client/api-problem";
import { useReplay } from "@/lib/client/api-replay";
import { useConfig } from "@/lib/client/config";
import { useSession } from "@/lib/client/session";
import { api, pages } from "@/lib/config/routes";
import type { MachineRef } from "@/lib/domain/machine";
import { isFinal } from "@/lib/domain/operation-state";
import { t } from "@/messages/t";
import { MachineUnavailable } from "./machine-unavailable";
import { OperationProgress } from "./operation-progress";
import { SignInFlow } from "./sign-in-flow";
import { useMachine } from "./use-machine";
import { useOperation } from "./use-operation";

function Deployment({ id, onAgain }: { id: string; onAgain: () => void }) {
  const { data: operation, error, connected } = useOperation(id);
  const again = <Button onClick={onAgain}>{t("signIn.result.again")}</Button>;
  if (operation !== undefined) {
    const failed = isFinal(operation.state) && operation.state !== "succeeded";
    return <OperationProgress operation={operation} connected={connected} actions={failed ? again : undefined} />;
  }
  if (error === null) return <Skeleton className="h-56" />;
  return <ProblemPanel problem={toClientProblem(error)} actions={again} />;
}

/** Keeps the operation in the address without a navigation, which would throw the page's state away. */
function writeAddress(ref: MachineRef, operationId: string | null): void {
  const page = pages.enableSignIn(ref);
  window.history.replaceState(null, "", operationId === null ? page : `${page}?operation=${encodeURIComponent(operationId)}`);
}

/** Enabling Entra sign-in on one machine: the form, and after it was sent the deployment until its end. */
export function SignInPage({ machineRef, initialOperationId }: { machineRef: MachineRef; initialOperationId: string | null }) {
  const query = useMachine(machineRef);
  const config = useConfig();
  const session = useSession();
  const [operationId, setOperationId] = useState(initialOperationId);
  const [sending, setSending] = useState(false);
  const { name } = machineRef;
  const show = (id: string | null) => {
    setOperationId(id);
    writeAddress(machineRef, id);
  };
  // The request never left, so there is nothing to follow and the form comes back.
  const replay = useReplay(api.deployments(machineRef));
  const notSent =
    replay.kind === "dropped" || (replay.kind === "failed" && replay.problem.status >= 400 && replay.problem.status < 500);
  useEffect(() => {
    if (!notSent) return;
    setOperationId(null);
    writeAddress(machineRef, null);
  }, [notSent, machineRef]);
  const startAgain = () => {
    show(null);
    void query.refetch();
  };
  const running = operationId !== null && !sending;
  return (
    <PageFrame>
      <header className="grid grid-cols-1 gap-1">
        <BackLink href={pages.machine(machineRef)}>{t("signIn.back", { name })}</BackLink>
        <h1 className="break-words font-semibold text-xl tracking-tight">{t("signIn.title", { name })}</h1>
        <p className="text-[0.8125rem] text-muted">{t("signIn.intro")}</p>
      </header>
      {running ? <Deployment id={operationId} onAgain={startAgain} /> : null}
      {running ? null : query.data !== undefined ? (
        <SignInFlow
          detail={query.data}
          tenantId={session.account?.tenantId ?? config.tenantId}
          onStarting={(id) => {
            setSending(true);
            show(id);
          }}
          onSent={() => setSending(false)}
          onRefused={() => {
            setSending(false);
            show(null);
          }}
        />
      ) : query.error !== null ? (
        <MachineUnavailable
          problem={toClientProblem(query.error)}
          lastKnown={null}
          name={name}
          onRetry={() => void query.refetch()}
        />
      ) : (
        <Skeleton className="h-96" />
      )}
    </PageFrame>
  );
}
