import type { Extension } from "./types.ts";

/** Client id of Intune, the value of mdmId that asks for enrolment (reference/domain.md 2.1). */
export const INTUNE_MDM_ID = "0000000a-0000-0000-c000-000000000000";

type Seed = {
  name: string;
  publisher: string;
  type: string;
  version: string;
  settings?: Record<string, unknown>;
  state?: string;
  code?: string;
  level?: string;
  message?: string;
};

export function seedExtension(location: string, seed: Seed): Extension {
  const state = seed.state ?? "Succeeded";
  const message = seed.message ?? (state === "Succeeded" ? "Extension Message: The operation completed successfully." : null);
  return {
    name: seed.name,
    publisher: seed.publisher,
    type: seed.type,
    typeHandlerVersion: seed.version,
    autoUpgradeMinorVersion: true,
    enableAutomaticUpgrade: true,
    settings: seed.settings ?? {},
    location,
    provisioningState: state,
    instanceView: message === null ? null : { code: seed.code ?? "0", level: seed.level ?? "Information", message, time: null },
    tags: {},
    writes: 0,
  };
}

const ENTRA_PUBLISHER = "Microsoft.Azure.ActiveDirectory";

/** AADLoginForWindows as deployed by the documented template; `settings` null leaves mdmId out. */
export function windowsSignIn(location: string, settings: Record<string, unknown> = { mdmId: "" }): Extension {
  const message = "Extension Message: Successfully joined the machine to Microsoft Entra ID.";
  return seedExtension(location, {
    name: "AADLogin",
    publisher: ENTRA_PUBLISHER,
    type: "AADLoginForWindows",
    version: "2.2.0.0",
    settings,
    message,
  });
}

export function failedWindowsSignIn(location: string, exitCode: number, message: string): Extension {
  const seed = {
    name: "AADLogin",
    publisher: ENTRA_PUBLISHER,
    type: "AADLoginForWindows",
    version: "2.2.0.0",
    settings: { mdmId: "" },
  };
  return seedExtension(location, { ...seed, state: "Failed", code: String(exitCode), level: "Error", message });
}

export function creatingWindowsSignIn(location: string): Extension {
  const seed = {
    name: "AADLogin",
    publisher: ENTRA_PUBLISHER,
    type: "AADLoginForWindows",
    version: "2.1.0.0",
    settings: { mdmId: "" },
  };
  return seedExtension(location, { ...seed, state: "Creating" });
}

export function linuxSignIn(location: string): Extension {
  return seedExtension(location, {
    name: "AADSSHLoginForLinux",
    publisher: ENTRA_PUBLISHER,
    type: "AADSSHLoginForLinux",
    version: "1.0.3220.1",
  });
}

/** The preview that AADSSHLoginForLinux replaced; both cannot stand on one server. */
export function retiredLinuxSignIn(location: string): Extension {
  return seedExtension(location, {
    name: "AADLoginForLinux",
    publisher: "Microsoft.Azure.ActiveDirectory.LinuxSSH",
    type: "AADLoginForLinux",
    version: "1.0.1588.3",
  });
}

export function monitorAgent(location: string, family: "windows" | "linux"): Extension {
  const type = family === "windows" ? "AzureMonitorWindowsAgent" : "AzureMonitorLinuxAgent";
  return seedExtension(location, {
    name: type,
    publisher: "Microsoft.Azure.Monitor",
    type,
    version: family === "windows" ? "1.37.0.0" : "1.38.1",
  });
}

export function customScript(location: string): Extension {
  return seedExtension(location, {
    name: "CustomScriptExtension",
    publisher: "Microsoft.Compute",
    type: "CustomScriptExtension",
    version: "1.10.20",
    settings: { commandToExecute: "hostname" },
  });
}
