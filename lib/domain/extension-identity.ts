/** Extensions that get tokens as the machine's managed identity. Source: the extensions' own pages in the Arc documentation. */
const IDENTITY_TYPES: ReadonlySet<string> = new Set([
  "microsoft.azure.keyvault/keyvaultforwindows",
  "microsoft.azure.keyvault/keyvaultforlinux",
  "microsoft.azure.monitor/azuremonitorwindowsagent",
  "microsoft.azure.monitor/azuremonitorlinuxagent",
  "microsoft.azure.activedirectory/aadloginforwindows",
  "microsoft.azure.activedirectory/aadsshloginforlinux",
]);

/** True when the extension is known to rely on the machine's identity; false says only that it is not known to. */
export function usesMachineIdentity(extension: { publisher: string; type: string }): boolean {
  return IDENTITY_TYPES.has(`${extension.publisher}/${extension.type}`.toLowerCase());
}
