import type { Tone } from "@/components/ui/badge";
import type { CheckVerdict, OperationState } from "@/lib/domain/api";
import type { CertificateStateId } from "@/lib/domain/certificate";
import type { MachineStatus, SignInExtensionState } from "@/lib/domain/machine";

export const STATUS_TONE: Record<MachineStatus, Tone> = {
  Connected: "ok",
  Disconnected: "warn",
  Expired: "bad",
  Error: "bad",
  AwaitingConnection: "info",
  Unknown: "quiet",
};

export const CERTIFICATE_TONE: Record<CertificateStateId, Tone> = {
  ok: "ok",
  "renewal-window": "info",
  "renewal-stuck": "warn",
  "at-risk": "warn",
  critical: "bad",
  expired: "bad",
  estimated: "quiet",
  unknown: "quiet",
};

export const SIGN_IN_TONE: Record<SignInExtensionState, Tone> = {
  notInstalled: "quiet",
  creating: "info",
  updating: "info",
  deleting: "info",
  succeeded: "ok",
  failed: "bad",
  canceled: "warn",
  unknown: "quiet",
};

export const VERDICT_TONE: Record<CheckVerdict, Tone> = { pass: "ok", warn: "warn", ask: "info", block: "bad", unknown: "quiet" };

export const OPERATION_TONE: Record<OperationState, Tone> = {
  planned: "info",
  submitting: "info",
  provisioning: "info",
  unknown: "warn",
  succeeded: "ok",
  failed: "bad",
  canceled: "warn",
  refused: "bad",
};
