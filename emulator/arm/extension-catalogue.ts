/** Extension types that local Azure offers, versions newest first; two-, three- and four-part forms are mixed as recorded. */
export type CatalogueEntry = {
  publisher: string;
  type: string;
  operatingSystem: "Windows" | "Linux";
  versions: readonly string[];
};

export const EXTENSION_CATALOGUE: readonly CatalogueEntry[] = [
  entry("Microsoft.Azure.ActiveDirectory", "AADLoginForWindows", "Windows", ["2.2.0.0", "2.1.0.0", "2.0.0.0", "1.3.0.0"]),
  entry("Microsoft.Azure.ActiveDirectory", "AADSSHLoginForLinux", "Linux", ["1.0.3220.1", "1.0.2821.1", "1.0.2598.1"]),
  entry("Microsoft.Azure.Monitor", "AzureMonitorWindowsAgent", "Windows", ["1.37.0.0", "1.35.0.0", "1.33.0"]),
  entry("Microsoft.Azure.Monitor", "AzureMonitorLinuxAgent", "Linux", ["1.38.1", "1.37.0", "1.36"]),
  entry("Microsoft.Compute", "CustomScriptExtension", "Windows", ["1.10.20", "1.10.17", "1.10.15", "1.10.12", "1.9.5", "1.9"]),
  entry("Microsoft.Azure.Extensions", "CustomScript", "Linux", ["2.1.14", "2.1.13", "2.1"]),
  entry("microsoft.cplat.core", "runcommandhandlerwindows", "Windows", ["2.0.22", "2.0.19"]),
  entry("microsoft.cplat.core", "runcommandhandlerlinux", "Linux", ["1.3.26", "1.3.22"]),
  entry("Microsoft.GuestConfiguration", "ConfigurationforWindows", "Windows", ["1.29.94.0"]),
];

function entry(
  publisher: string,
  type: string,
  operatingSystem: "Windows" | "Linux",
  versions: readonly string[],
): CatalogueEntry {
  return { publisher, type, operatingSystem, versions };
}

export function findEntry(publisher: string, type: string): CatalogueEntry | undefined {
  const wanted = `${publisher}/${type}`.toLowerCase();
  return EXTENSION_CATALOGUE.find((row) => `${row.publisher}/${row.type}`.toLowerCase() === wanted);
}

export function newestVersionOf(publisher: string, type: string): string | undefined {
  return findEntry(publisher, type)?.versions[0];
}
