import type { OsFamily } from "./machine";

/**
 * Windows releases by build. The build alone is ambiguous (26100 is Windows 11 24H2 and Windows Server 2025), so the product
 * name in osSku decides client or server first.
 * Source: windows-builds reference data; "Sign in to Windows Server in Azure Arc" (Entra documentation) for what is supported.
 */
export const WINDOWS_RELEASES: readonly { product: string; kind: "server" | "client"; build: number; entraSignIn: boolean }[] = [
  { product: "Windows Server 2012", kind: "server", build: 9200, entraSignIn: false },
  { product: "Windows Server 2012 R2", kind: "server", build: 9600, entraSignIn: false },
  { product: "Windows Server 2016", kind: "server", build: 14393, entraSignIn: false },
  { product: "Windows Server 2019", kind: "server", build: 17763, entraSignIn: false },
  { product: "Windows Server 2022", kind: "server", build: 20348, entraSignIn: false },
  { product: "Windows Server, version 23H2", kind: "server", build: 25398, entraSignIn: false },
  { product: "Windows Server 2025", kind: "server", build: 26100, entraSignIn: true },
  { product: "Windows 10 22H2", kind: "client", build: 19045, entraSignIn: false },
  { product: "Windows 11 21H2", kind: "client", build: 22000, entraSignIn: false },
  { product: "Windows 11 22H2", kind: "client", build: 22621, entraSignIn: false },
  { product: "Windows 11 23H2", kind: "client", build: 22631, entraSignIn: false },
  { product: "Windows 11 24H2", kind: "client", build: 26100, entraSignIn: true },
  { product: "Windows 11 25H2", kind: "client", build: 26200, entraSignIn: true },
  { product: "Windows 11 26H2", kind: "client", build: 26300, entraSignIn: true },
  { product: "Windows 11 26H1", kind: "client", build: 28000, entraSignIn: true },
];

/** The first build, of server and of client alike, on which the sign-in extension works with Arc. */
export const MINIMUM_BUILD = 26100;

export type OsFacts = { osFamily: OsFamily; osSku: string | null; osVersion: string | null; osEdition: string | null };

export type OsSupport = {
  /** Whether AADLoginForWindows can work; `unknown` where the machine reports too little to tell. */
  gate: "supported" | "unsupported" | "unknown";
  /** Windows Server needs Desktop Experience. ARM has no field that says so, hence `ask` unless the texts name it. */
  desktopExperience: "pass" | "ask" | "block" | "notApplicable";
  kind: "server" | "client" | "unknown";
  build: number | null;
  /** The release by name, the newest one not above the build; null when neither build nor product name tells. */
  product: string | null;
};

/** Build number of a dotted Windows version such as 10.0.26100.4946; null when there is none. */
export function windowsBuild(osVersion: string | null): number | null {
  const match = /^\s*\d+\.\d+\.(\d{4,6})(?:\.|\s|$)/.exec(osVersion ?? "");
  return match?.[1] === undefined ? null : Number(match[1]);
}

function windowsKind(osSku: string | null, osEdition: string | null): OsSupport["kind"] {
  const sku = (osSku ?? "").toLowerCase();
  if (sku.includes("server")) return "server";
  if (/windows\s*1[01]\b/.test(sku)) return "client";
  return (osEdition ?? "").toLowerCase().startsWith("server") ? "server" : "unknown";
}

function desktopExperience(kind: OsSupport["kind"], facts: OsFacts): OsSupport["desktopExperience"] {
  if (kind === "client") return "notApplicable";
  const text = `${facts.osSku ?? ""} ${facts.osEdition ?? ""}`.toLowerCase();
  if (kind === "server" && /core|nano/.test(text)) return "block";
  return text.includes("desktop experience") ? "pass" : "ask";
}

function releaseOf(kind: OsSupport["kind"], build: number | null, osSku: string | null): string | null {
  if (build !== null && kind !== "unknown") {
    const below = WINDOWS_RELEASES.filter((row) => row.kind === kind && row.build <= build);
    return (
      below.reduce<(typeof below)[number] | null>((best, row) => (best === null || row.build > best.build ? row : best), null)
        ?.product ?? null
    );
  }
  const sku = (osSku ?? "").toLowerCase();
  const named = WINDOWS_RELEASES.filter((row) => sku.includes(row.product.toLowerCase()));
  return named.reduce<string | null>(
    (best, row) => (best === null || row.product.length > best.length ? row.product : best),
    null,
  );
}

/**
 * Whether the Windows sign-in extension supports this operating system, and what is known about Desktop Experience. Linux
 * has its own extension and is unsupported here. Source: as for WINDOWS_RELEASES.
 */
export function osSupport(facts: OsFacts): OsSupport {
  if (facts.osFamily === "linux") {
    return { gate: "unsupported", desktopExperience: "notApplicable", kind: "unknown", build: null, product: null };
  }
  const build = windowsBuild(facts.osVersion);
  const kind = windowsKind(facts.osSku, facts.osEdition);
  const product = releaseOf(kind, build, facts.osSku);
  const base = { kind, build, product, desktopExperience: desktopExperience(kind, facts) };
  if (facts.osFamily === "unknown") return { ...base, gate: "unknown" };
  if (build !== null) return { ...base, gate: build >= MINIMUM_BUILD ? "supported" : "unsupported" };
  const release = WINDOWS_RELEASES.find((row) => row.product === product);
  return { ...base, gate: release?.entraSignIn === false ? "unsupported" : "unknown" };
}
