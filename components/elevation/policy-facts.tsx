import { Clock, FileText, Fingerprint, MessageSquareText, ShieldCheck, Ticket, UserCheck } from "lucide-react";
import type { ReactNode } from "react";
import type { ElevationPolicy } from "@/lib/domain/elevation/policy";
import type { PolicyAnswer } from "@/lib/domain/elevation/write-api";
import { t } from "@/messages/t";
import { minutesWords } from "./time-words";

type Fact = { id: string; icon: ReactNode; text: string };

const NAMES_SHOWN = 3;

function approverNames(policy: ElevationPolicy): string {
  const names = policy.activation.approval.approvers.map(({ name }) => name);
  const rest = names.length - NAMES_SHOWN;
  const shown = names.slice(0, NAMES_SHOWN).join(", ");
  return rest > 0 ? `${shown} ${t("elevation.permits.more", { count: rest })}` : shown;
}

function factsOf(policy: ElevationPolicy, full: boolean): Fact[] {
  const { activation } = policy;
  const facts: (Fact | false)[] = [
    {
      id: "max",
      icon: <Clock aria-hidden />,
      text:
        activation.maxMinutes === null
          ? t("elevation.policy.noMax")
          : t("elevation.policy.max", { time: minutesWords(activation.maxMinutes) }),
    },
    activation.justification && { id: "why", icon: <MessageSquareText aria-hidden />, text: t("elevation.policy.justification") },
    activation.ticket && { id: "ticket", icon: <Ticket aria-hidden />, text: t("elevation.policy.ticket") },
    activation.mfa && { id: "mfa", icon: <Fingerprint aria-hidden />, text: t("elevation.policy.mfa") },
    activation.authenticationContext !== null && {
      id: "context",
      icon: <ShieldCheck aria-hidden />,
      text: t("elevation.policy.context", { context: activation.authenticationContext }),
    },
    activation.approval.required && {
      id: "approval",
      icon: <UserCheck aria-hidden />,
      text:
        full && activation.approval.approvers.length > 0
          ? t("elevation.policy.approvalBy", { names: approverNames(policy) })
          : t("elevation.policy.approval"),
    },
    policy.unknownRules.length > 0 && {
      id: "unknown",
      icon: <FileText aria-hidden />,
      text: t("elevation.policy.unknownRules", { names: policy.unknownRules.map(({ id }) => id).join(", ") }),
    },
  ];
  return facts.filter((fact) => fact !== false);
}

/** What a role's settings ask for when it is activated, each as its own fact. `full` names the approvers. */
export function PolicyFacts({ answer, full = false }: { answer: PolicyAnswer; full?: boolean }) {
  if (!answer.known) {
    return (
      <p className="text-warn text-xs" title={answer.problem.detail}>
        {t(full ? "elevation.policy.unreadAbout" : "elevation.policy.unread")}
      </p>
    );
  }
  const { approval } = answer.policy.activation;
  return (
    <div className="grid grid-cols-1 gap-1">
      <ul aria-label={t("elevation.policy.label")} className="flex flex-wrap gap-x-3 gap-y-1 text-xs">
        {factsOf(answer.policy, full).map((fact) => (
          <li key={fact.id} className="inline-flex items-center gap-1 [&_svg]:size-3.5 [&_svg]:shrink-0 [&_svg]:text-muted">
            {fact.icon}
            {fact.text}
          </li>
        ))}
      </ul>
      {full && approval.required && approval.approvers.length === 0 ? (
        <p className="font-medium text-warn text-xs">{t("elevation.policy.approvalNobody")}</p>
      ) : null}
    </div>
  );
}
