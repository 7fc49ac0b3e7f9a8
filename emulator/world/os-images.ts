/** Operating systems of the fleet as ARM reports them (osSku, osEdition and build decide; see windows-builds.json). */
export type OsImage = {
  key: string;
  family: "windows" | "linux";
  osSku: string;
  osEdition: string;
  /** Build or kernel without the revision. */
  osVersion: string;
  revisions: readonly string[];
  /** Windows productType: 1 client, 3 server, 4 client multi-session or enterprise. */
  productType: string | null;
  /** Fit for AADLoginForWindows on Arc: Windows Server 2025 with Desktop Experience or Windows 11 24H2 and later. */
  entraSignIn: boolean;
};

const SERVER_2025 = ["2894", "3194", "3775", "4652", "6584"] as const;

export const OS_IMAGES = {
  server2025: image("windows", "Windows Server 2025 Datacenter", "serverdatacenter", "10.0.26100", SERVER_2025, "3", true),
  server2025std: image("windows", "Windows Server 2025 Standard", "serverstandard", "10.0.26100", SERVER_2025, "3", true),
  server2025core: image(
    "windows",
    "Windows Server 2025 Datacenter",
    "serverdatacentercore",
    "10.0.26100",
    SERVER_2025,
    "3",
    false,
  ),
  server2022: image(
    "windows",
    "Windows Server 2022 Datacenter",
    "serverdatacenter",
    "10.0.20348",
    ["2966", "3561", "4171"],
    "3",
    false,
  ),
  server2022std: image("windows", "Windows Server 2022 Standard", "serverstandard", "10.0.20348", ["2966", "4171"], "3", false),
  server2019: image("windows", "Windows Server 2019 Datacenter", "serverdatacenter", "10.0.17763", ["6775", "7792"], "3", false),
  server2016: image("windows", "Windows Server 2016 Standard", "serverstandard", "10.0.14393", ["7606", "8422"], "3", false),
  server2012r2: image("windows", "Windows Server 2012 R2 Datacenter", "serverdatacenter", "6.3.9600", ["19652"], "3", false),
  win1124h2: image("windows", "Windows 11 Enterprise", "enterprise", "10.0.26100", ["4946", "6584"], "4", true),
  win1125h2: image("windows", "Windows 11 Enterprise", "enterprise", "10.0.26200", ["6584", "6725"], "4", true),
  win1122h2: image("windows", "Windows 11 Enterprise", "enterprise", "10.0.22621", ["5472"], "4", false),
  ubuntu2204: image("linux", "Ubuntu 22.04.5 LTS", "", "5.15.0", ["113-generic", "157-generic"], null, false),
  ubuntu2404: image("linux", "Ubuntu 24.04.3 LTS", "", "6.8.0", ["79-generic", "86-generic"], null, false),
  rhel9: image("linux", "Red Hat Enterprise Linux 9.6 (Plow)", "", "5.14.0", ["570.32.1.el9_6.x86_64"], null, false),
  sles15: image("linux", "SUSE Linux Enterprise Server 15 SP6", "", "6.4.0", ["150600.23.60-default"], null, false),
} as const satisfies Record<string, OsImageShape>;

export type OsKey = keyof typeof OS_IMAGES;

type OsImageShape = Omit<OsImage, "key">;

function image(
  family: "windows" | "linux",
  osSku: string,
  osEdition: string,
  osVersion: string,
  revisions: readonly string[],
  productType: string | null,
  entraSignIn: boolean,
): OsImageShape {
  return { family, osSku, osEdition, osVersion, revisions, productType, entraSignIn };
}

/** The image an archetype is built on: archetype names start with the image key, for example "server2025:deployed". */
export function imageOf(archetype: string): OsImage {
  const key = (archetype.split(":", 1)[0] ?? "") as OsKey;
  const found = OS_IMAGES[key];
  if (found === undefined) throw new Error(`archetype ${archetype} names no operating system`);
  return { key, ...found };
}
