import type { ControlClient } from "../../emulator/testing/control-client.ts";
import type { Stack } from "./stack.ts";

export const OPERATOR = "olivia.operator@contoso.example";

export async function apiToken(control: ControlClient, upn = OPERATOR): Promise<string> {
  return control.token({ upn, resource: "api", capabilities: ["cp1"] });
}

/** Calls the portal's API as a person, past the user interface. */
export async function callApi(
  stack: Stack,
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; json: unknown }> {
  const response = await fetch(stack.portal + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: text === "" ? null : (JSON.parse(text) as unknown) };
}

/** Address of a machine's page, found by name in the fleet stream. */
export async function machineRef(stack: Stack, control: ControlClient, name: string) {
  const token = await apiToken(control);
  const text = await (await fetch(`${stack.portal}/api/fleet`, { headers: { authorization: `Bearer ${token}` } })).text();
  for (const line of text.split("\n").filter((part) => part !== "")) {
    const message = JSON.parse(line) as { type: string; id?: string[] };
    const id =
      message.type === "rows" ? message.id?.find((value) => value.toLowerCase().endsWith(`/${name.toLowerCase()}`)) : undefined;
    const parts = id?.split("/");
    if (parts !== undefined) return { subscriptionId: parts[2] ?? "", resourceGroup: parts[4] ?? "", name: parts[8] ?? "" };
  }
  throw new Error(`no machine ${name} in the fleet`);
}

export async function machinePage(stack: Stack, control: ControlClient, name: string): Promise<string> {
  const ref = await machineRef(stack, control, name);
  return `/machines/${[ref.subscriptionId, ref.resourceGroup, ref.name].map(encodeURIComponent).join("/")}`;
}
