import type { Device, Group, ServicePrincipal, User } from "../world/types.ts";
import { complex, type Entity, emptyLists, emptyTexts, flag, type Property, text, texts, time } from "./entity.ts";

function givenName(row: User): string | null {
  return row.displayName.includes(" ") ? (row.displayName.split(" ")[0] ?? null) : null;
}

const userProperties: [string, Property<User>][] = [
  ["id", text((row) => row.id)],
  ["businessPhones", complex(() => [])],
  ["displayName", text((row) => row.displayName)],
  ["givenName", text(givenName)],
  ["mail", text((row) => row.mail)],
  ["surname", text((row) => (givenName(row) === null ? null : row.displayName.split(" ").slice(1).join(" ")))],
  ["userPrincipalName", text((row) => row.userPrincipalName)],
  ["userType", text((row) => row.userType)],
  ["accountEnabled", flag((row) => row.accountEnabled)],
  ["onPremisesSyncEnabled", flag((row) => row.onPremisesSyncEnabled)],
  ["mailNickname", text((row) => row.userPrincipalName.split("@")[0] ?? null)],
  ["externalUserState", text((row) => (row.userType === "Guest" ? "Accepted" : null))],
  ["createdDateTime", time(() => "2025-01-15T08:00:00Z")],
  ...emptyTexts<User>([
    "jobTitle",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "department",
    "companyName",
    "usageLocation",
  ]),
];

const USER_DEFAULTS = [
  ...["businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation", "preferredLanguage"],
  ...["surname", "userPrincipalName", "id"],
];

/** Default properties as recorded (role.test_special_characters_in_upn). */
export const USER: Entity<User> = {
  type: "user",
  set: "users",
  properties: new Map(userProperties),
  defaults: USER_DEFAULTS,
  searchable: ["displayName", "mail", "userPrincipalName"],
};

const groupProperties: [string, Property<Group>][] = [
  ["id", text((row) => row.id)],
  ["displayName", text((row) => row.displayName)],
  ["securityEnabled", flag((row) => row.securityEnabled)],
  ["mailEnabled", flag(() => false)],
  ["isAssignableToRole", flag(() => null)],
  ["mailNickname", text((row) => row.displayName.replace(/[^A-Za-z0-9]/g, "").toLowerCase())],
  ["createdDateTime", time(() => "2025-01-15T08:00:00Z")],
  ["renewedDateTime", time(() => "2025-01-15T08:00:00Z")],
  ["groupTypes", texts(() => [])],
  ["proxyAddresses", texts(() => [])],
  ["onPremisesSyncEnabled", flag(() => null)],
  ["visibility", text((row) => (row.hasHiddenMembership === true ? "HiddenMembership" : null))],
  ...emptyTexts<Group>([
    ...[
      "deletedDateTime",
      "classification",
      "description",
      "expirationDateTime",
      "mail",
      "membershipRule",
      "membershipRuleProcessingState",
    ],
    ...["onPremisesDomainName", "onPremisesLastSyncDateTime", "onPremisesNetBiosName", "onPremisesSamAccountName"],
    ...["onPremisesSecurityIdentifier", "preferredDataLocation", "preferredLanguage", "securityIdentifier", "theme"],
  ]),
  ...emptyLists<Group>([
    ...[
      "creationOptions",
      "resourceBehaviorOptions",
      "resourceProvisioningOptions",
      "onPremisesProvisioningErrors",
      "serviceProvisioningErrors",
    ],
  ]),
];

export const GROUP: Entity<Group> = {
  type: "group",
  set: "groups",
  properties: new Map(groupProperties),
  defaults: groupProperties.map(([name]) => name),
  searchable: ["displayName", "description"],
};

/** The 40 hex digits and dates come from the world; key material is never part of a list (azure-apis.md 6.2). */
function keyCredentials(row: ServicePrincipal, inList: boolean): unknown[] {
  return row.keyCredentials.map((key) => ({
    customKeyIdentifier: key.customKeyIdentifier,
    displayName: key.displayName,
    endDateTime: key.endDateTime,
    key: inList ? null : Buffer.from(`local azure public key ${key.keyId}`).toString("base64"),
    keyId: key.keyId,
    startDateTime: key.startDateTime,
    type: "AsymmetricX509Cert",
    usage: "Verify",
  }));
}

const isManaged = (row: ServicePrincipal) => row.servicePrincipalType === "ManagedIdentity";

/** Managed identities carry a second name made of their id, as recorded. */
function servicePrincipalNames(row: ServicePrincipal): string[] {
  return isManaged(row)
    ? [row.appId, `https://identity.azure.net/${Buffer.from(row.id.replaceAll("-", "")).toString("base64")}`]
    : [row.appId];
}

const NO_LINKS = { logoUrl: null, marketingUrl: null, privacyStatementUrl: null, supportUrl: null, termsOfServiceUrl: null };

const servicePrincipalProperties: [string, Property<ServicePrincipal>][] = [
  ["id", text((row) => row.id)],
  ["accountEnabled", flag((row) => row.accountEnabled)],
  ["alternativeNames", texts((row) => row.alternativeNames)],
  ["appDisplayName", text((row) => (isManaged(row) ? null : row.displayName))],
  ["appId", text((row) => row.appId)],
  ["appOwnerOrganizationId", text((row) => (isManaged(row) ? null : row.tenantId))],
  ["appRoleAssignmentRequired", flag(() => false)],
  ["createdDateTime", time((row) => row.createdDateTime)],
  ["displayName", text((row) => row.displayName)],
  ["servicePrincipalNames", texts(servicePrincipalNames)],
  ["servicePrincipalType", text((row) => row.servicePrincipalType)],
  ["signInAudience", text((row) => (isManaged(row) ? null : "AzureADMyOrg"))],
  ["tags", texts(() => [])],
  ["samlSingleSignOnSettings", complex(() => null)],
  ["verifiedPublisher", complex(() => ({ displayName: null, verifiedPublisherId: null, addedDateTime: null }))],
  ["info", complex((row) => (isManaged(row) ? null : NO_LINKS))],
  // Certificate dates are read only on request, which is what the separate limit of 150 a minute counts.
  ["keyCredentials", complex((row, { isSelected, inList }) => (isSelected ? keyCredentials(row, inList) : []))],
  ...emptyTexts<ServicePrincipal>([
    ...[
      "deletedDateTime",
      "appDescription",
      "applicationTemplateId",
      "description",
      "disabledByMicrosoftStatus",
      "homepage",
      "loginUrl",
    ],
    ...["logoutUrl", "notes", "preferredSingleSignOnMode", "preferredTokenSigningKeyThumbprint", "tokenEncryptionKeyId"],
  ]),
  ...emptyLists<ServicePrincipal>([
    ...["notificationEmailAddresses", "replyUrls", "addIns", "appRoles", "oauth2PermissionScopes", "passwordCredentials"],
    ...["resourceSpecificApplicationPermissions"],
  ]),
];

export const SERVICE_PRINCIPAL: Entity<ServicePrincipal> = {
  type: "servicePrincipal",
  set: "servicePrincipals",
  properties: new Map(servicePrincipalProperties),
  defaults: servicePrincipalProperties.map(([name]) => name),
  searchable: ["displayName", "description"],
};

const deviceProperties: [string, Property<Device>][] = [
  ["id", text((row) => row.id)],
  ["accountEnabled", flag((row) => row.accountEnabled)],
  ["approximateLastSignInDateTime", time((row) => row.registrationDateTime)],
  ["createdDateTime", time((row) => row.registrationDateTime)],
  ["deviceId", text((row) => row.deviceId)],
  ["displayName", text((row) => row.displayName)],
  ["operatingSystem", text((row) => row.operatingSystem)],
  ["registrationDateTime", time((row) => row.registrationDateTime)],
  ["trustType", text((row) => row.trustType)],
  ["isCompliant", flag(() => null)],
  ["isManaged", flag(() => null)],
  ["isRooted", flag(() => null)],
  ["onPremisesSyncEnabled", flag(() => null)],
  ["deviceVersion", complex(() => 2)],
  ["extensionAttributes", complex(() => null)],
  ...emptyTexts<Device>([
    ...["deletedDateTime", "complianceExpirationDateTime", "deviceCategory", "deviceMetadata", "deviceOwnership", "domainName"],
    ...["enrollmentProfileName", "enrollmentType", "externalSourceName", "managementType", "manufacturer", "mdmAppId", "model"],
    ...["onPremisesLastSyncDateTime", "operatingSystemVersion", "profileType", "sourceType"],
  ]),
  ...emptyLists<Device>(["physicalIds", "systemLabels", "alternativeSecurityIds"]),
];

export const DEVICE: Entity<Device> = {
  type: "device",
  set: "devices",
  properties: new Map(deviceProperties),
  defaults: deviceProperties.map(([name]) => name),
  searchable: ["displayName"],
};
