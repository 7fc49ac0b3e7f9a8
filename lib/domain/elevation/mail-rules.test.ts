import { expect, it } from "vitest";
import { readMailRules } from "./mail-rules";

const rule = (id: string, patch: object = {}) => ({
  ...{ id, ruleType: "RoleManagementPolicyNotificationRule", notificationType: "Email", notificationLevel: "All" },
  ...{ isDefaultRecipientsEnabled: true, notificationRecipients: [], ...patch },
});

it("reads the nine mails by occasion and reader, in one order, whatever theirs and the case of their ids", () => {
  const places = ["EndUser_Assignment", "Admin_Assignment", "Admin_Eligibility"];
  const rules = places.flatMap((place) => ["Approver", "Requestor", "Admin"].map((to) => rule(`NOTIFICATION_${to}_${place}`)));
  expect(readMailRules(rules).map(({ place, to }) => `${place} ${to}`)).toEqual([
    ...["eligible admin", "eligible requestor", "eligible approver"],
    ...["active admin", "active requestor", "active approver"],
    ...["activation admin", "activation requestor", "activation approver"],
  ]);
});

it.each<[string, object, object]>([
  ["a level in another case", { notificationLevel: "critical" }, { level: "Critical" }],
  ["a level that is not known", { notificationLevel: "Digest" }, { level: "Digest" }],
  ["no level", { notificationLevel: undefined }, { level: "" }],
  ["flags as text", { isDefaultRecipientsEnabled: "True" }, { defaults: true }],
  ["no recipients", { notificationRecipients: null }, { others: [] }],
  ["recipients that are no text", { notificationRecipients: ["a@b.example", 1] }, { others: ["a@b.example"] }],
])("reads %s", (_, patch, expected) => {
  expect(readMailRules([rule("Notification_Admin_EndUser_Assignment", patch)])).toMatchObject([expected]);
});

it("leaves out what is no mail of Azure's nine", () => {
  const others = ["Expiration_EndUser_Assignment", "Notification_Everybody_EndUser_Assignment", "Notification_Admin_Group"];
  expect(readMailRules([...others.map((id) => rule(id)), null, "x"])).toEqual([]);
});
