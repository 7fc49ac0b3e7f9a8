import type { MachineRecord } from "../control/control-extensions.ts";
import type { FaultRule, StoredFault } from "../core/faults.ts";
import type { InstanceOptions } from "../core/options.ts";
import type { Exchange, ExchangeFilter } from "../core/recorder.ts";
import type { TallyRow } from "../core/tally.ts";
import type { MachinePatch } from "../world/mutate.ts";
import type { RoleSchedule } from "../world/types.ts";

export type ControlPersona = {
  key: string;
  title: string;
  purpose: string;
  tenantId: string;
  objectId: string;
  displayName: string;
  signInName: string;
};

export type ControlSnapshotOfState = {
  cloud: string;
  seed: number;
  machines: number;
  now: string;
  nowMs: number;
  tenants: { id: string; displayName: string; defaultDomain: string }[];
  subscriptions: { id: string; tenantId: string; displayName: string }[];
  personas: ControlPersona[];
  options: InstanceOptions;
  faults: StoredFault[];
  /** Number of the newest recorded request. */
  requests: number;
};

export type TokenOrder = {
  upn: string;
  resource: "arm" | "graph" | "api";
  tenantId?: string;
  acrs?: string[];
  amr?: string[];
  capabilities?: string[];
};

export type AccessQuestion = {
  principalId: string;
  action: string;
  scope: string;
  dataAction?: boolean;
  tenantId?: string;
  /** Another moment than now, of the settable clock. */
  atMs?: number;
};
/** `depends`: only by an assignment with a condition that asks about the request. Names are those of the assignments. */
export type AccessDecision = {
  outcome: "allowed" | "depends" | "denied";
  assignment: string | null;
  denyAssignment: string | null;
};

type WorldSize = { machines?: number; assignments?: number; groups?: number; branches?: number };

/** Typed access to the control API of a running local Azure. Every call rejects with the sentence of a refusal. */
export type ControlClient = {
  state(): Promise<ControlSnapshotOfState>;
  reset(input?: WorldSize & { seed?: number; nowMs?: number }): Promise<void>;
  snapshot(): Promise<string>;
  restore(id: string): Promise<void>;
  /** Writes the state file of the start, so that even a kill loses nothing of before. */
  save(): Promise<void>;
  nowMs(): Promise<number>;
  setClock(now: string | number): Promise<number>;
  advanceClock(ms: number): Promise<number>;
  options(): Promise<InstanceOptions>;
  setOptions(patch: Partial<InstanceOptions>): Promise<InstanceOptions>;
  addFault(rule: FaultRule): Promise<string>;
  faults(): Promise<StoredFault[]>;
  removeFault(id: string): Promise<void>;
  clearFaults(): Promise<void>;
  requests(filter?: ExchangeFilter): Promise<Exchange[]>;
  /** Numbers of all requests since the last clear, also of those that are no longer recorded. */
  tally(): Promise<TallyRow[]>;
  clearRequests(): Promise<void>;
  /** Ends the sign-ins of one person, or of everybody. Gives the number of ended sign-ins. */
  revokeSessions(upn?: string): Promise<number>;
  rotateKeys(): Promise<string>;
  /** What Azure holds about extensions, and what was written: the judge of what a client claims. */
  extensions(filter?: { subscriptionId?: string; group?: string; name?: string }): Promise<MachineRecord[]>;
  patchMachine(name: string, patch: MachinePatch): Promise<void>;
  /** Servers that come together, alone in a new resource group. Gives their names. */
  addMachines(wave: { subscriptionId: string; resourceGroup: string; count: number }): Promise<string[]>;
  setAccountEnabled(upn: string, accountEnabled: boolean): Promise<void>;
  token(order: TokenOrder): Promise<string>;
  /** What the agent of a machine gets for its programs; the resource is an audience such as https://vault.azure.net. */
  machineToken(machine: string, resource?: string): Promise<string>;
  /** What local Azure itself decides, in the order of the questions. */
  decisions(questions: readonly AccessQuestion[]): Promise<AccessDecision[]>;
  addGroup(displayName: string, memberIds?: readonly string[]): Promise<string>;
  changeGroup(id: string, change: { add?: readonly string[]; remove?: readonly string[] }): Promise<void>;
  removePrincipal(id: string): Promise<void>;
  /** Privileged Identity Management as local Azure itself records it, also what is over. */
  pim(): Promise<ControlPim>;
  /** Parts of rules, unchecked; a rule is named by its id. */
  setPolicy(policy: { scope: string; roleDefinitionId: string; rules: readonly object[] }): Promise<void>;
  /** Gives the number of policies that lost this approver. */
  removeApprover(principalId: string): Promise<number>;
  /** Leads a request to a status, as the service or an administrator in the Azure portal would. */
  settleRequest(name: string, status: string): Promise<void>;
  /** An eligibility or assignment ends at another time; 0 = now. */
  endSchedule(name: string, endsInMs?: number): Promise<void>;
  /** Eligibilities without end, of one person or of so many people. Gives the names of their schedules. */
  addEligibilities(order: { scope: string; roleDefinitionId: string; principalId?: string; count?: number }): Promise<string[]>;
};

export type ControlPim = { schedules: RoleSchedule[]; requests: { name: string; status: string }[] };

function query(filter: ExchangeFilter): string {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) fields.set(name, String(value));
  const text = fields.toString();
  return text === "" ? "" : `?${text}`;
}

export function createControlClient(origin: string): ControlClient {
  async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(origin + path, {
      method,
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    // The control API answers 204 with nothing; callers of those calls ask for void.
    return (text === "" ? undefined : JSON.parse(text)) as Answer;
  }
  return {
    state: () => call("GET", "/state"),
    reset: (input = {}) => call("POST", "/reset", input).then(() => undefined),
    snapshot: async () => (await call<{ id: string }>("POST", "/snapshot")).id,
    restore: (id) => call("POST", "/restore", { id }).then(() => undefined),
    save: () => call("POST", "/save"),
    nowMs: async () => (await call<{ nowMs: number }>("GET", "/clock")).nowMs,
    setClock: async (now) => (await call<{ nowMs: number }>("POST", "/clock", { now })).nowMs,
    advanceClock: async (advanceMs) => (await call<{ nowMs: number }>("POST", "/clock", { advanceMs })).nowMs,
    options: () => call("GET", "/options"),
    setOptions: (patch) => call("PATCH", "/options", patch),
    addFault: async (rule) => (await call<{ id: string }>("POST", "/faults", rule)).id,
    faults: async () => (await call<{ faults: StoredFault[] }>("GET", "/faults")).faults,
    removeFault: (id) => call("DELETE", `/faults/${encodeURIComponent(id)}`),
    clearFaults: () => call("DELETE", "/faults"),
    requests: async (filter = {}) => (await call<{ exchanges: Exchange[] }>("GET", `/requests${query(filter)}`)).exchanges,
    tally: async () => (await call<{ rows: TallyRow[] }>("GET", "/tally")).rows,
    clearRequests: () => call("DELETE", "/requests"),
    revokeSessions: async (upn) =>
      (await call<{ revoked: number }>("POST", "/sessions/revoke", upn === undefined ? {} : { upn })).revoked,
    rotateKeys: async () => (await call<{ kid: string }>("POST", "/keys/rotate")).kid,
    extensions: async (filter = {}) => {
      const { machines } = await call<{ machines: MachineRecord[] }>("GET", `/extensions?${new URLSearchParams(filter)}`);
      return machines;
    },
    patchMachine: (name, patch) => call("PATCH", `/machines/${encodeURIComponent(name)}`, patch).then(() => undefined),
    addMachines: async (wave) => (await call<{ names: string[] }>("POST", "/machines", wave)).names,
    setAccountEnabled: (upn, accountEnabled) =>
      call("POST", `/users/${encodeURIComponent(upn)}`, { accountEnabled }).then(() => undefined),
    token: async (order) => (await call<{ accessToken: string }>("POST", "/tokens", order)).accessToken,
    machineToken: async (machine, resource) => {
      const body = { machine, ...(resource === undefined ? {} : { resource }) };
      return (await call<{ accessToken: string }>("POST", "/machine-tokens", body)).accessToken;
    },
    decisions: async (questions) => (await call<{ decisions: AccessDecision[] }>("POST", "/decisions", { questions })).decisions,
    addGroup: async (displayName, memberIds = []) =>
      (await call<{ id: string }>("POST", "/groups", { displayName, memberIds })).id,
    changeGroup: (id, change) => call("PATCH", `/groups/${encodeURIComponent(id)}`, change).then(() => undefined),
    pim: () => call("GET", "/pim"),
    setPolicy: (policy) => call("POST", "/pim/policies", policy).then(() => undefined),
    removeApprover: async (remove) => (await call<{ policies: number }>("POST", "/pim/approvers", { remove })).policies,
    settleRequest: (name, status) => call("POST", "/pim/requests", { name, status }).then(() => undefined),
    endSchedule: (name, endsInMs = 0) => call("POST", "/pim/schedules", { name, endsInMs }).then(() => undefined),
    addEligibilities: async (order) => (await call<{ names: string[] }>("POST", "/pim/eligibilities", order)).names,
    removePrincipal: (id) => call("DELETE", `/principals/${encodeURIComponent(id)}`),
  };
}
