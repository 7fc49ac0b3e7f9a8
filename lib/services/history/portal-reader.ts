import "server-only";
import { identityOfToken } from "@/lib/auth/managed-identity";
import type { TokenProvider } from "@/lib/auth/token-provider";
import type { AzureClients } from "@/lib/azure/ports";
import type { HistoryIdentityState } from "@/lib/domain/elevation/history/api";
import { AppError } from "@/lib/domain/errors";
import type { HistoryCarrier, HistoryCarriers, HistoryRemote, SweepPlace } from "@/lib/jobs/history-remote";
import { IDENTITY_NAME } from "../rollouts/identity";
import { createHistoryRemote } from "./remote";

export const APPLICATION_NAME = "The portal's own application";

const GRANT = "Give it the role Reader at the management group above all subscriptions, then press Read Azure now.";

type Args = {
  kind: HistoryIdentityState["kind"];
  /** Tenants that the identity may read: one for a managed identity, several for an application. */
  tenantIds: readonly string[];
  create(tenantId: string): { azure: AzureClients; tokens: TokenProvider };
  /** Scope of a token for Resource Manager. */
  armScope: string;
  now: () => Date;
};

type Part = { azure: AzureClients; tokens: TokenProvider; remote: HistoryRemote };
type Problem = Pick<HistoryIdentityState, "problem" | "nextStep">;

const FINE: Problem = { problem: null, nextStep: null };

function problemOf(error: unknown): Problem {
  if (!(error instanceof AppError)) return { problem: "The portal's identity could not be used.", nextStep: null };
  return { problem: error.message, nextStep: error.nextStep ?? null };
}

/**
 * Reads the history with the portal's own rights, so that the copy goes on while nobody is signed in. What each person is shown
 * of it is decided elsewhere, by that person's own portal role.
 */
export class PortalReader implements HistoryCarriers {
  private readonly args: Args;
  private readonly parts = new Map<string, Part>();
  private readonly problems = new Map<string, Problem>();

  constructor(args: Args) {
    this.args = args;
  }

  historyCarriers(): HistoryCarrier[] {
    const { kind, tenantIds } = this.args;
    const name = kind === "managed" ? IDENTITY_NAME : APPLICATION_NAME;
    return tenantIds.map((tenantId) => ({ tenantId, objectId: `portal:${kind}`, name }));
  }

  historyRemoteFor({ tenantId, objectId }: HistoryCarrier): HistoryRemote | null {
    if (objectId !== `portal:${this.args.kind}` || !this.args.tenantIds.includes(tenantId)) return null;
    return this.partOf(tenantId).remote;
  }

  /** What is known of it in a tenant; null where it reads nothing. */
  state(tenantId: string): HistoryIdentityState | null {
    const { kind, tenantIds } = this.args;
    if (!tenantIds.includes(tenantId)) return null;
    return { kind, ...(this.problems.get(tenantId) ?? FINE) };
  }

  private partOf(tenantId: string): Part {
    const known = this.parts.get(tenantId);
    if (known !== undefined) return known;
    const { azure, tokens } = this.args.create(tenantId);
    const inner = createHistoryRemote(azure, this.args.now);
    const part = { azure, tokens, remote: { ...inner, places: () => this.places(tenantId, tokens, inner) } };
    this.parts.set(tenantId, part);
    return part;
  }

  private async places(tenantId: string, tokens: TokenProvider, inner: HistoryRemote): Promise<SweepPlace[]> {
    try {
      await this.checkTenant(tenantId, tokens);
      const places = await inner.places();
      const seesNothing = !places.some(({ scope }) => scope.startsWith("/subscriptions/"));
      this.problems.set(tenantId, seesNothing ? { problem: "It sees no subscription.", nextStep: GRANT } : FINE);
      return places;
    } catch (error) {
      this.problems.set(tenantId, problemOf(error));
      throw error;
    }
  }

  /** What it reads is stored under the tenant, so an identity of another tenant must not read at all. */
  private async checkTenant(tenantId: string, tokens: TokenProvider): Promise<void> {
    const { token } = await tokens.getToken(this.args.armScope);
    const identity = identityOfToken(token);
    if (identity?.tenantId === tenantId) return;
    throw new AppError({
      code: "forbidden",
      message: `It belongs to tenant ${identity?.tenantId ?? "unknown"}, not to ${tenantId}.`,
      nextStep: "Run the portal on a host whose managed identity is in its home tenant, or unset HISTORY_IDENTITY.",
    });
  }
}
