/** A way in which answers differ from the official description, and where real Azure does the same. */
export type KnownDeviation = {
  operation: RegExp;
  code: string;
  /** JSON path in the answer. */
  path: RegExp;
  reason: string;
};

/**
 * Tolerated in answers; for requests see below. Every entry names the recording or page that shows real Azure
 * doing it. An entry that local Azure no longer needs is kept only while the recordings need it.
 */
export const KNOWN_DEVIATIONS: readonly KnownDeviation[] = [
  {
    operation: /^(Subscriptions|Tenants)_List$/,
    code: "OBJECT_MISSING_REQUIRED_PROPERTY",
    path: /nextLink$/,
    reason:
      "The description demands nextLink on the last page too; recordings account.test_account and pysdk.resources.test_subscriptions have none.",
  },
  {
    operation: /^Subscriptions_List$/,
    code: "OBJECT_ADDITIONAL_PROPERTIES",
    path: /^\$\.count$/,
    reason: "The service adds a count to the list; recording pysdk.resources.test_subscriptions.",
  },
  {
    operation: /^ActivityLogs_List$/,
    code: "OBJECT_ADDITIONAL_PROPERTIES",
    path: /channels$/,
    reason: "Events carry channels; recording role.test_role_assignment_audits.",
  },
  {
    operation: /^ActivityLogs_List$/,
    code: "OBJECT_ADDITIONAL_PROPERTIES",
    path: /^\$\.error$/,
    reason:
      "The description has the service's bare error only; a refusal by the ARM gateway keeps ARM's envelope (x-ms-failure-cause: gateway), azure-apis.md 1.3.",
  },
  {
    operation: /^ExtensionMetadata_(Get|List)$/,
    code: "OBJECT_ADDITIONAL_PROPERTIES",
    path: /location$/,
    reason: "Extension versions carry a location; recording connectedmachine.2023-12.test_machine_and_extension.",
  },
  {
    operation: /^RoleDefinitions_/,
    code: "OBJECT_ADDITIONAL_PROPERTIES",
    path: /(createdBy|createdOn|updatedBy|updatedOn)$/,
    reason: "Older descriptions lack the audit columns the service sends; recording pysdk.authorization.test_role_definitions.",
  },
  {
    operation: /^RoleDefinitions_/,
    code: "OBJECT_ADDITIONAL_PROPERTIES",
    path: /permissions\[\d+\]\.(condition|conditionVersion)$/,
    reason: "Some built-in roles carry conditions; recording role.test_create_for_rbac_password_with_assignment.",
  },
  {
    operation: /^Machines_/,
    code: "OBJECT_ADDITIONAL_PROPERTIES",
    path: /properties\.(osInstallDate|physicalLocation)$/,
    reason:
      "Properties that are in no description; osInstallDate in azure-apis.md 2.3, physicalLocation in recording pysdk.hybridcompute.test_delete.",
  },
  {
    operation: /^Machines_/,
    code: "OBJECT_ADDITIONAL_PROPERTIES",
    path: /properties\.(identityKeyStore|tpmEkCertificate|statusReason)$/,
    reason:
      "Newer than the descriptions in the repository, which end at 2024-11-10-preview; in the type files of 2025-01-13 and 2026-07-15.",
  },
  {
    operation: /^Machines_/,
    code: "OBJECT_ADDITIONAL_PROPERTIES",
    path: /identity\.userAssignedIdentities$/,
    reason: "User-assigned identities came with 2026-07-15; the descriptions in the repository end before it.",
  },
  {
    operation: /^Machines_/,
    code: "ENUM_MISMATCH",
    path: /identity\.type$/,
    reason:
      "A removed identity is answered as None (azure-apis.md 2.3), a user-assigned one since 2026-07-15; the old enum knows SystemAssigned only.",
  },
  {
    operation: /^Resources$/,
    code: "INVALID_TYPE",
    path: /^\$\.error\.details\[\d+\]\['(line|characterPositionInLine|token|expectedToken)'\]$/,
    reason:
      "Query errors name line and token as plain values although the description says objects; public reports such as aztfexport issue 485.",
  },
  {
    operation: /^servicePrincipal_/,
    code: "type",
    path: /(samlSingleSignOnSettings|info)$/,
    reason:
      "Empty complex properties are null although the description says object; recordings role.test_service_principal_scenario and role.test_role_assignment_audits.",
  },
  {
    operation: /^auditLog_/,
    code: "type",
    path: /(initiatedBy\/(user|app)|groupType)$/,
    reason:
      "Whoever did not initiate, and the group type of what is no group, are null in the example of the page directoryaudit-list (azure-apis.md 6.9).",
  },
  {
    operation: /^auditLog_/,
    code: "enum",
    path: /groupType$/,
    reason: "The group type of what is no group is null in the example of the page directoryaudit-list (azure-apis.md 6.9).",
  },
];

export function deviationOf(operation: string, finding: { code: string; path: string }): KnownDeviation | null {
  return (
    KNOWN_DEVIATIONS.find(
      (known) => known.operation.test(operation) && known.code === finding.code && known.path.test(finding.path),
    ) ?? null
  );
}

/**
 * What a request may send although the description does not list it, because the documentation of the service does. The code
 * and the path are those of the validator, `message` is what it says.
 */
const KNOWN_REQUEST_DEVIATIONS: readonly (KnownDeviation & { message: RegExp })[] = [
  {
    operation: /^directoryObject_getGraphBPreId$/,
    code: "additionalProperties",
    path: /^\/query$/,
    message: /"additionalProperty":"\$select"/,
    reason:
      "The description lists no query options for actions. learn.microsoft.com/graph/api/directoryobject-getbyids says that only a subset of a user's properties comes by default, without accountEnabled and userType; the portal asks again without $select where it is refused.",
  },
];

export function requestDeviationOf(
  operation: string,
  finding: { code: string; path: string; message: string },
): KnownDeviation | null {
  return (
    KNOWN_REQUEST_DEVIATIONS.find(
      (known) =>
        known.operation.test(operation) &&
        known.code === finding.code &&
        known.path.test(finding.path) &&
        known.message.test(finding.message),
    ) ?? null
  );
}
