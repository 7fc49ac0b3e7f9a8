import { isDomainJoined } from "./join-state";
import { hasSystemAssigned } from "./machine-mapping";
import { MINIMUM_BUILD, osSupport } from "./os-support";
import type { Check } from "./preflight-types";

const SIGN_IN_PAGE = "Microsoft: Sign in to Windows Server in Azure Arc";
/** NetBIOS limit. A 2020 report says that longer names failed to register; whether that still holds is unproven. */
const COMPUTER_NAME_LIMIT = 15;

export const osBuild: Check = {
  id: "osBuild",
  source: `${SIGN_IN_PAGE}, requirements`,
  run: ({ machine }) => {
    const support = osSupport(machine);
    const values = {
      sku: machine.osSku ?? machine.osName ?? "?",
      version: machine.osVersion ?? "?",
      build: support.build === null ? "?" : String(support.build),
      minimum: String(MINIMUM_BUILD),
    };
    if (machine.osFamily === "linux") return { verdict: "block", found: "linux", fix: "linuxFix", values };
    if (support.gate === "supported") return { verdict: "pass", found: "supported", fix: null, values };
    if (support.gate === "unsupported") return { verdict: "block", found: "unsupported", fix: "unsupportedFix", values };
    return { verdict: "ask", found: "unknown", fix: "unknownFix", values };
  },
};

export const desktopExperience: Check = {
  id: "desktopExperience",
  source: `${SIGN_IN_PAGE}, requirements`,
  run: ({ machine }) => {
    const values = { sku: machine.osSku ?? "?", edition: machine.osEdition ?? "?" };
    switch (osSupport(machine).desktopExperience) {
      case "pass":
        return { verdict: "pass", found: "present", fix: null, values };
      case "notApplicable":
        return { verdict: "pass", found: "notApplicable", fix: null, values };
      case "ask":
        return { verdict: "ask", found: "unknown", fix: "unknownFix", values };
      case "block":
        return { verdict: "block", found: "core", fix: "coreFix", values };
    }
  },
};

export const domainJoined: Check = {
  id: "domainJoined",
  source: `${SIGN_IN_PAGE}, effect of the extension`,
  run: ({ machine }) => {
    const values = { domain: machine.domainName ?? "" };
    const joined = isDomainJoined(machine.domainName);
    if (joined === null) return { verdict: "unknown", found: "unknown", fix: "unknownFix", values };
    if (joined) return { verdict: "block", found: "joined", fix: "joinedFix", overridable: true, values };
    return { verdict: "pass", found: "workgroup", fix: null, values };
  },
};

export const nameLength: Check = {
  id: "nameLength",
  source: "github.com/Azure/azure-rest-api-specs issue 10234 (a 2020 report, not documented by Microsoft)",
  run: ({ machine }) => {
    const name = machine.computerName ?? machine.name;
    const values = { name, length: name.length, limit: COMPUTER_NAME_LIMIT };
    return name.length > COMPUTER_NAME_LIMIT
      ? { verdict: "warn", found: "long", fix: "longFix", values }
      : { verdict: "pass", found: "short", fix: null, values };
  },
};

export const identityPresent: Check = {
  id: "identityPresent",
  source: `${SIGN_IN_PAGE}, requirements; exit code -2145648574`,
  run: ({ machine }) => {
    const values = {
      type: machine.identity.raw === "" ? "None" : machine.identity.raw,
      principalId: machine.identity.principalId ?? "",
    };
    const system = hasSystemAssigned(machine.identity.kind);
    if (system === null) return { verdict: "ask", found: "unknown", fix: "unknownFix", values };
    if (!system) return { verdict: "block", found: "missing", fix: "missingFix", values };
    if (machine.identity.principalId === null) return { verdict: "block", found: "noPrincipal", fix: "noPrincipalFix", values };
    return { verdict: "pass", found: "present", fix: null, values };
  },
};

export const identityTenant: Check = {
  id: "identityTenant",
  source: `${SIGN_IN_PAGE}, requirements`,
  run: ({ machine, subscriptionTenantId }) => {
    const identityTenantId = machine.identity.tenantId;
    const values = { identityTenant: identityTenantId ?? "?", subscriptionTenant: subscriptionTenantId ?? "?" };
    if (identityTenantId === null || subscriptionTenantId === null) {
      return { verdict: "unknown", found: "unknown", fix: "unknownFix", values };
    }
    return identityTenantId.toLowerCase() === subscriptionTenantId.toLowerCase()
      ? { verdict: "pass", found: "same", fix: null, values }
      : { verdict: "block", found: "different", fix: "differentFix", values };
  },
};
