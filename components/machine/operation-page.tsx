"use client";

import { buttonClass } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { Link } from "@/components/ui/link";
import { PageFrame } from "@/components/ui/page-state";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { WRAPPED } from "@/components/ui/request-preview";
import { Skeleton } from "@/components/ui/skeleton";
import { toClientProblem } from "@/lib/client/api-problem";
import { useTabTitle } from "@/lib/client/use-tab-title";
import { pages } from "@/lib/config/routes";
import type { OperationView } from "@/lib/domain/api";
import { parseMachineId } from "@/lib/domain/machine";
import { t } from "@/messages/t";
import { OperationProgress } from "./operation-progress";
import { operationTitle } from "./operation-words";
import { useOperation } from "./use-operation";

export function MachineLink({ operation }: { operation: OperationView }) {
  const ref = parseMachineId(operation.machineId);
  if (ref === null) return null;
  return (
    <Link href={pages.machine(ref)} className={buttonClass({ variant: "secondary" })}>
      {t("machine.operation.openMachine")}
    </Link>
  );
}

/** One operation by its id: live while it runs, and the record of it afterwards. */
export function OperationPage({ id }: { id: string }) {
  const { data: operation, error, connected } = useOperation(id);
  useTabTitle(operation === undefined ? undefined : operationTitle(operation));
  if (operation === undefined) {
    return (
      <PageFrame>
        <h1 className="font-semibold text-xl tracking-tight">{t("machine.operation.title")}</h1>
        {error === null ? <Skeleton className="h-56" /> : <ProblemPanel problem={toClientProblem(error)} />}
      </PageFrame>
    );
  }
  const { request } = operation;
  return (
    <PageFrame>
      <h1 className="break-words font-semibold text-xl tracking-tight">{operationTitle(operation)}</h1>
      <OperationProgress operation={operation} connected={connected} actions={<MachineLink operation={operation} />} />
      <section aria-labelledby="request-title" className="grid grid-cols-1 min-w-0 gap-2">
        <h2 id="request-title" className="font-semibold text-sm">
          {t("machine.operation.request")}
        </h2>
        <CodeBlock
          code={`${request.method} ${request.url}`}
          label={t("signIn.request.target")}
          copyLabel={t("signIn.request.copyUrl")}
          className={WRAPPED}
        />
        {request.body === null ? null : (
          <CodeBlock
            code={JSON.stringify(request.body, null, 2) ?? ""}
            label={t("signIn.request.body")}
            copyLabel={t("signIn.request.copyBody")}
          />
        )}
      </section>
    </PageFrame>
  );
}
