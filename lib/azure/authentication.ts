import "server-only";
import type { TokenCredential } from "@azure/core-auth";
import { bearerTokenAuthenticationPolicyName, type PipelinePolicy, type PipelineRequest } from "@azure/core-rest-pipeline";
import { AppError } from "@/lib/domain/errors";
import { claimsOfChallenge, decodeClaims } from "./challenge";

async function authorize(request: PipelineRequest, tokens: TokenCredential, scope: string, claims: string | null): Promise<void> {
  const token = await tokens.getToken(scope, {
    enableCae: true,
    ...(request.abortSignal === undefined ? {} : { abortSignal: request.abortSignal }),
    ...(claims === null ? {} : { claims }),
  });
  if (token === null) {
    throw new AppError({
      code: "unauthenticated",
      message: "No token for Azure could be obtained.",
      nextStep: "Sign in again.",
    });
  }
  request.headers.set("authorization", `Bearer ${token.token}`);
}

/**
 * Puts the operator's token on each request and answers a claims challenge once with a token that carries the claims. It
 * replaces the SDK's own policy under the same name, because that one ignores the form ARM uses (error="invalid_token").
 * What the token source throws, a step-up for example, reaches the caller unchanged.
 */
export function authenticationPolicy(args: { tokens: TokenCredential; scope: string; origin: string }): PipelinePolicy {
  return {
    name: bearerTokenAuthenticationPolicyName,
    async sendRequest(request, next) {
      // A token never leaves for another host, whatever address an answer contained.
      if (new URL(request.url).origin !== args.origin) return next(request);
      await authorize(request, args.tokens, args.scope, null);
      const response = await next(request);
      if (response.status !== 401) return response;
      const challenge = claimsOfChallenge(response.headers.get("www-authenticate"));
      const claims = challenge === null ? null : decodeClaims(challenge);
      if (claims === null) return response;
      await authorize(request, args.tokens, args.scope, claims);
      return next(request);
    },
  };
}
