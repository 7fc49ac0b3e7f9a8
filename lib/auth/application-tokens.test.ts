import { describe, expect, it } from "vitest";
import { readConfig } from "@/lib/config/env";
import { type ApplicationClient, createApplicationTokens } from "./application-tokens";

const config = readConfig({ LOCAL_AZURE_ORIGIN: "http://localhost:42000" });
const TENANT = "10ca1a2e-0000-4000-8000-000000000099";
const SCOPE = "https://management.azure.com/.default";
type Request = Parameters<ApplicationClient["acquireTokenByClientCredential"]>[0];

function tokens(answer: () => Promise<{ accessToken: string; expiresOn: Date | null } | null>) {
  const asked: Request[] = [];
  const client = {
    acquireTokenByClientCredential: (request: Request) => {
      asked.push(request);
      return answer();
    },
  };
  return { asked, provider: createApplicationTokens(config, TENANT, client) };
}

describe("createApplicationTokens", () => {
  it("asks the tenant's own authority, and Entra anew once Azure has refused the token that was kept", async () => {
    const { asked, provider } = tokens(async () => ({ accessToken: "t", expiresOn: new Date(5) }));
    expect(await provider.getToken(SCOPE)).toEqual({ token: "t", expiresOnTimestamp: 5 });
    await provider.getToken([SCOPE], { claims: "{}" });
    const authority = `${config.authority}/${TENANT}`;
    expect(asked).toEqual([
      { scopes: [SCOPE], authority, skipCache: false },
      { scopes: [SCOPE], authority, skipCache: true },
    ]);
    expect(provider.expiresAtMs).toBe(Number.POSITIVE_INFINITY);
  });

  it("says that the portal's own application was refused, never that somebody should sign in", async () => {
    const errorMessage = "AADSTS53003: Access has been blocked by Conditional Access policies.";
    const demand = { errorCode: "interaction_required", errorMessage, claims: "{}" };
    const { provider } = tokens(() => Promise.reject(demand));
    await expect(provider.getToken(SCOPE)).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringMatching(/^Microsoft Entra refused a token to the portal's own application: AADSTS53003/),
      nextStep: expect.stringContaining("administrator"),
    });
  });

  it.each([
    [
      "a secret that is not valid",
      { errorCode: "invalid_client", errorMessage: "AADSTS7000215: Invalid client secret." },
      /own credential/,
    ],
    ["no answer at all", new Error("x"), /could not get a token/],
  ])("keeps the reason for %s", async (_, reason, words) => {
    const { provider } = tokens(() => Promise.reject(reason));
    await expect(provider.getToken(SCOPE)).rejects.toMatchObject({ code: "upstream", message: expect.stringMatching(words) });
  });
});
