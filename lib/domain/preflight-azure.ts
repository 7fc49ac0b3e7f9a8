import { osSupport } from "./os-support";
import type { Check } from "./preflight-types";
import { mdmKind, WINDOWS_SIGN_IN_VERSION } from "./sign-in-extension";

const SIGN_IN_PAGE = "Microsoft: Sign in to Windows Server in Azure Arc";

export const permission: Check = {
  id: "permission",
  source: "Azure RBAC: permissions of the caller at the machine",
  run: ({ permissions }) => {
    if (!permissions.known) return { verdict: "unknown", found: "unknown", fix: null, values: { reason: permissions.reason } };
    const { writeExtension } = permissions.value;
    const values = { action: writeExtension.action };
    if (writeExtension.allowed === null) return { verdict: "unknown", found: "unclear", fix: null, values };
    return writeExtension.allowed
      ? { verdict: "pass", found: "granted", fix: null, values }
      : { verdict: "block", found: "missing", fix: "missingFix", values };
  },
};

/** Region names carry their cloud: china..., usgov... or usdod..., everything else is public. */
function cloudOfRegion(location: string): "china" | "usgov" | "public" {
  const region = location.toLowerCase().replace(/\s/g, "");
  if (region.startsWith("china")) return "china";
  return region.startsWith("usgov") || region.startsWith("usdod") ? "usgov" : "public";
}

function sameLine(version: string): boolean {
  return version.split(".")[0] === WINDOWS_SIGN_IN_VERSION.split(".")[0];
}

export const regionCloud: Check = {
  id: "regionCloud",
  source: `${SIGN_IN_PAGE}, supported clouds; HybridCompute extension metadata`,
  run: ({ machine, cloud, regionVersions }) => {
    const values = { region: machine.location, cloud: cloud.label, version: WINDOWS_SIGN_IN_VERSION };
    if (cloudOfRegion(machine.location) !== cloud.id)
      return { verdict: "warn", found: "otherCloud", fix: "otherCloudFix", values };
    if (regionVersions === null) return { verdict: "pass", found: "cloudOnly", fix: null, values };
    return regionVersions.some(sameLine)
      ? { verdict: "pass", found: "offered", fix: null, values }
      : { verdict: "warn", found: "notOffered", fix: "notOfferedFix", values };
  },
};

export const mdmIdOnServer: Check = {
  id: "mdmIdOnServer",
  source: `${SIGN_IN_PAGE}, settings.mdmId`,
  run: ({ machine, mdmId }) => {
    const kind = mdmKind(mdmId);
    const values = { mdmId };
    if (kind === "invalid") return { verdict: "block", found: "invalid", fix: "invalidFix", values };
    if (kind === "empty") return { verdict: "pass", found: "empty", fix: null, values };
    return osSupport(machine).kind === "client"
      ? { verdict: "pass", found: "client", fix: null, values }
      : { verdict: "warn", found: "server", fix: "serverFix", values };
  },
};

export const conditionalAccessNote: Check = {
  id: "conditionalAccess",
  source: `${SIGN_IN_PAGE} and the older Arc page: the two disagree`,
  run: ({ cloud }) => ({ verdict: "warn", found: "note", fix: "noteFix", values: { cloud: cloud.label } }),
};

export const endpointsNote: Check = {
  id: "endpoints",
  source: `${SIGN_IN_PAGE}, network requirements`,
  run: ({ cloud }) => {
    const { registration, login, deviceLogin, rbac } = cloud.windowsLogin;
    const hosts = [registration, login, deviceLogin, rbac].map((origin) => new URL(origin).host).join(", ");
    return { verdict: "unknown", found: "note", fix: "noteFix", values: { hosts, cloud: cloud.label } };
  },
};
