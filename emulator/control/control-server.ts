import { WireError } from "../core/contract.ts";
import { splitPath } from "../core/faces.ts";
import type { Handle } from "../core/http-server.ts";
import type { Ending, Incoming } from "../core/request-life.ts";
import * as access from "./control-access.ts";
import * as calls from "./control-calls.ts";
import { readExtensions } from "./control-extensions.ts";
import * as pim from "./control-pim.ts";
import type { ControlState } from "./control-state.ts";
import { refuse } from "./input.ts";

type Act = (call: calls.ControlCall) => calls.ControlAnswer | Promise<calls.ControlAnswer>;

/** Every call of the control API; `*` stands for a name in the path. */
const CALLS: Record<string, Act> = {
  "GET /state": calls.readState,
  "POST /reset": calls.reset,
  "POST /snapshot": calls.snapshot,
  "POST /restore": calls.restore,
  "POST /save": calls.save,
  "GET /clock": calls.readClock,
  "POST /clock": calls.changeClock,
  "GET /options": calls.readOptions,
  "PATCH /options": calls.changeOptions,
  "POST /faults": calls.addFault,
  "GET /faults": calls.listFaults,
  "DELETE /faults": calls.clearFaults,
  "DELETE /faults/*": calls.removeFault,
  "GET /requests": calls.listRequests,
  "GET /tally": calls.readTally,
  "DELETE /requests": calls.clearRequests,
  "POST /sessions/revoke": calls.revoke,
  "POST /keys/rotate": calls.rotateKeys,
  "POST /machines": access.addMachines,
  "PATCH /machines/*": calls.changeMachine,
  "GET /extensions": readExtensions,
  "POST /users/*": calls.changeUser,
  "POST /tokens": calls.mintToken,
  "POST /machine-tokens": access.machineToken,
  "POST /decisions": access.decisions,
  "POST /groups": access.addGroup,
  "PATCH /groups/*": access.changeGroup,
  "DELETE /principals/*": access.removePrincipal,
  "GET /pim": pim.readPim,
  "POST /pim/policies": pim.changePolicy,
  "POST /pim/approvers": pim.removeApprover,
  "POST /pim/requests": pim.settleRequest,
  "POST /pim/schedules": pim.endSchedule,
  "POST /pim/eligibilities": pim.addEligibilities,
};

function json(status: number, body: unknown): Ending {
  const headers = { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" };
  return { kind: "answer", answer: { status, headers, body: body === undefined ? "" : JSON.stringify(body) } };
}

/** Only programs on this machine reach the port; the check keeps web pages out that rebind a name to it. */
function isLocalProgram(incoming: Incoming): boolean {
  return /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(incoming.headers.host ?? "") && incoming.headers.origin === undefined;
}

function answerControl(state: ControlState, incoming: Incoming): calls.ControlAnswer | Promise<calls.ControlAnswer> {
  const url = new URL(incoming.target, "http://control.invalid");
  const [first = "", second, third] = splitPath(url.pathname);
  const exact = CALLS[`${incoming.method} ${url.pathname}`];
  const named = second === undefined || third !== undefined ? undefined : CALLS[`${incoming.method} /${first}/*`];
  const act = exact ?? named;
  if (act === undefined)
    throw refuse(404, `The control API has no ${incoming.method} ${url.pathname}. Calls: ${Object.keys(CALLS).join(", ")}.`);
  return act({ state, body: incoming.body, query: url.searchParams, name: second ?? "" });
}

/** The control API: JSON in, JSON out, on its own loopback port. Described in emulator/README.md. */
export function controlHandle(args: Omit<ControlState, "snapshots">): Handle {
  const state: ControlState = { ...args, snapshots: new Map() };
  return async (incoming) => {
    if (!isLocalProgram(incoming))
      return json(403, { error: "The control API answers programs on this machine only, not web pages." });
    try {
      const made = await answerControl(state, incoming);
      return json(made.status, made.body);
    } catch (error) {
      if (error instanceof WireError) return json(error.status, error.body);
      process.stderr.write(`local Azure control: ${incoming.method} ${incoming.target} failed: ${String(error)}\n`);
      return json(500, { error: "The control call failed. The cause is in the log of local Azure." });
    }
  };
}
