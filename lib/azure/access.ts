import "server-only";
import type { AccessPort, ListFilter } from "./access-ports";
import { hasEnd, toAssignmentRow, toDenyRow, toInstanceRow } from "./access-rows";
import type { ApiArea } from "./api-versions";
import { type ArmArgs, createArmClient } from "./arm-client";
import type { CallOptions } from "./ports";
import { unexpectedShape } from "./rest-client";
import { belowScope, createRoleDefinitions, encodedScope } from "./role-definitions";

type List = { type: string; area: ApiArea; subject: string };

const ASSIGNMENTS: List = { type: "roleAssignments", area: "authorization", subject: "the role assignments of" };
const DENY: List = { type: "denyAssignments", area: "authorization", subject: "the deny assignments of" };
const ACTIVE: List = {
  type: "roleAssignmentScheduleInstances",
  area: "pim",
  subject: "the active assignments of Privileged Identity Management at",
};
const ELIGIBLE: List = {
  type: "roleEligibilityScheduleInstances",
  area: "pim",
  subject: "the eligible assignments of Privileged Identity Management at",
};

/**
 * Role assignments, definitions, deny assignments and schedule instances at any scope, by raw request: the SDK's deserialiser
 * takes longer over 20,000 rows than Azure over answering, and loses the conditions of permissions.
 * Source: Authorization REST API 2022-04-01, PIM 2020-10-01.
 */
export function createAccess(args: ArmArgs): AccessPort {
  const arm = createArmClient(args);

  async function* pages<Row>(
    { type, area, subject }: List,
    scope: string,
    filter: ListFilter,
    map: (raw: unknown) => Row | null,
    options: CallOptions,
  ): AsyncGenerator<Row[]> {
    const call = { area, url: belowScope(scope, type), subject: `${subject} ${scope}` };
    const query = filter.atScope ? { query: { $filter: "atScope()" } } : {};
    for await (const page of arm.pages({ ...call, ...query }, options)) yield page.map(map).filter((row) => row !== null);
  }

  async function all<Row>(list: AsyncGenerator<Row[]>): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const page of list) for (const row of page) rows.push(row);
    return rows;
  }

  return {
    roleAssignmentPages: (scope, filter, options = {}) => pages(ASSIGNMENTS, scope, filter, toAssignmentRow, options),
    roleAssignments: (scope, filter, options = {}) => all(pages(ASSIGNMENTS, scope, filter, toAssignmentRow, options)),
    async roleAssignment(id, options = {}) {
      const call = { area: "authorization", method: "GET", url: encodedScope(id), subject: `role assignment ${id}` } as const;
      const answer = await arm.send({ ...call, accept: [404] }, options);
      return answer.status === 404 ? null : toAssignmentRow(answer.body);
    },
    async putRoleAssignment({ scope, name, body }, options = {}) {
      const subject = `the role assignment at ${scope}`;
      const url = belowScope(scope, `roleAssignments/${encodeURIComponent(name)}`);
      const call = { area: "authorization", method: "PUT", url, subject, body: { properties: body } } as const;
      const answer = await arm.send(call, options);
      const row = toAssignmentRow(answer.body);
      if (row === null) throw unexpectedShape(args.pipeline, subject, answer.requestId);
      return row;
    },
    async deleteRoleAssignment(id, options = {}) {
      const subject = `the removal of role assignment ${id}`;
      const answer = await arm.send({ area: "authorization", method: "DELETE", url: encodedScope(id), subject }, options);
      return toAssignmentRow(answer.body);
    },
    denyAssignments: (scope, filter, options = {}) => all(pages(DENY, scope, filter, toDenyRow, options)),
    pimActive(scope, filter, options = {}) {
      const ending = (raw: unknown) => (hasEnd(raw) ? toInstanceRow(raw) : null);
      return all(pages(ACTIVE, scope, filter, filter.onlyEnding === true ? ending : toInstanceRow, options));
    },
    pimEligible: (scope, filter, options = {}) => all(pages(ELIGIBLE, scope, filter, toInstanceRow, options)),
    ...createRoleDefinitions(args),
  };
}
