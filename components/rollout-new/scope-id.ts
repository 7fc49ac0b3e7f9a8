const MANAGEMENT_GROUP = /^\/providers\/Microsoft\.Management\/managementGroups\/[^/]+$/i;
const BELOW_SUBSCRIPTION = /^\/subscriptions\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\/resourceGroups\/[^/]+)?$/i;

/** Whether a text is the id of a scope that holds machines: a management group, a subscription or a resource group. */
export function isScopeId(text: string): boolean {
  const id = text.trim();
  return MANAGEMENT_GROUP.test(id) || BELOW_SUBSCRIPTION.test(id);
}
