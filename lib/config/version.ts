import packageJson from "../../package.json" with { type: "json" };

/** Version of the portal as shown to operators and sent as user agent. */
export const PORTAL_VERSION: string = packageJson.version;
