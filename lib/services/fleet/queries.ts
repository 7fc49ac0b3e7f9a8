import "server-only";
import { LINUX_SIGN_IN_TYPE, SIGN_IN_PUBLISHER, WINDOWS_SIGN_IN_TYPE } from "@/lib/domain/sign-in-extension";

/** Fixed texts: nothing an operator typed ever enters a query. Every paged query projects `id`, which paging needs. */

export const COUNT_QUERY = `resources
| where type =~ 'microsoft.hybridcompute/machines'
| summarize machines = count() by subscriptionId`;

export const MACHINES_QUERY = `resources
| where type =~ 'microsoft.hybridcompute/machines'
| project id, name, subscriptionId, resourceGroup, location, kind, tags,
  status = tostring(properties.status), lastStatusChange = tostring(properties.lastStatusChange),
  agentVersion = tostring(properties.agentVersion), osType = tostring(properties.osType), osName = tostring(properties.osName),
  osSku = tostring(properties.osSku), osVersion = tostring(properties.osVersion), domainName = tostring(properties.domainName),
  computerName = tostring(properties.osProfile.computerName), configMode = tostring(properties.agentConfiguration.configMode),
  principalId = tostring(identity.principalId), identityType = tostring(identity.type)
| order by id asc`;

/** Extensions are rows of their own; they are joined by machine id here, because joins in the service are limited. */
export const EXTENSIONS_QUERY = `resources
| where type =~ 'microsoft.hybridcompute/machines/extensions'
| where properties.publisher =~ '${SIGN_IN_PUBLISHER}' and properties.type in~ ('${WINDOWS_SIGN_IN_TYPE}', '${LINUX_SIGN_IN_TYPE}')
| project id, name, extensionType = tostring(properties.type), state = tostring(properties.provisioningState),
  version = tostring(properties.typeHandlerVersion), settings = properties.settings,
  code = tostring(properties.instanceView.status.code), message = tostring(properties.instanceView.status.message)
| order by id asc`;
