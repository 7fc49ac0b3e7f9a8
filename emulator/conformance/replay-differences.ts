/** An exchange that local Azure answers otherwise than recorded, and why that is left so. */
export type KnownDifference = { file: string; index: number; reason: string };

const NEWER_TENANT = "Local Azure answers every version of the tenant list with the keys of 2022-12-01.";
const REGION_PAIRS = "Regions of local Azure have no paired region.";
const EXTENSION_DEFAULTS =
  "Local Azure always shows settings, and enableAutomaticUpgrade in the result of an operation, also before 2022-03-10.";
const EVENT_DETAIL = "Events of local Azure carry the columns a portal reads and not those of the audit pipeline behind them.";

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  { file: "account.test_account.json", index: 15, reason: NEWER_TENANT },
  { file: "connectedmachine.2021-03.test_connectedmachine.json", index: 25, reason: EXTENSION_DEFAULTS },
  { file: "connectedmachine.2021-03.test_connectedmachine.json", index: 26, reason: EXTENSION_DEFAULTS },
  { file: "connectedmachine.2021-03.test_connectedmachine.json", index: 29, reason: EXTENSION_DEFAULTS },
  { file: "profile.test_account_show.json", index: 0, reason: REGION_PAIRS },
  { file: "pysdk.resources.test_subscriptions.json", index: 1, reason: REGION_PAIRS },
  { file: "role.test_role_assignment_audits.json", index: 5, reason: EVENT_DETAIL },
  { file: "role.test_role_assignment_audits.json", index: 8, reason: EVENT_DETAIL },
];
