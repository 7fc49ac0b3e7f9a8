import { describe, expect, it } from "vitest";
import type { DirectoryRow, GroupMembers } from "@/lib/azure/access-ports";
import type { AzureClients } from "@/lib/azure/ports";
import { AppError } from "@/lib/domain/errors";
import { quiet } from "../operations/testing";
import { createDirectoryReader, type DirectoryContext, readDirectory } from "./directory";
import { createGaps } from "./gaps";

const guid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const row = (id: string, over: Partial<DirectoryRow> = {}): DirectoryRow => ({
  id,
  kind: "user",
  displayName: `name ${id.slice(-2)}`,
  userPrincipalName: null,
  appId: null,
  userType: "Member",
  accountEnabled: true,
  servicePrincipalType: null,
  alternativeNames: [],
  ...over,
});
const group = (id: string): DirectoryRow => row(id, { kind: "group", accountEnabled: null });
const refusal = new AppError({ code: "forbidden", message: "not yours to read" });

type Fake = { rows?: DirectoryRow[] | AppError; members?: Record<string, Partial<GroupMembers>>; msPerLevel?: number };

function contextOf(fake: Fake) {
  const asked: string[][] = [];
  const named: string[][] = [];
  let ms = 0;
  const directory = {
    byIds: async (ids: readonly string[]) => {
      named.push([...ids]);
      if (fake.rows instanceof AppError) throw fake.rows;
      return (fake.rows ?? []).filter(({ id }) => ids.includes(id));
    },
    membersOf: async (ids: readonly string[]) => {
      asked.push([...ids]);
      ms += fake.msPerLevel ?? 0;
      return ids.map(
        (groupId): GroupMembers => ({ groupId, members: [], complete: true, error: null, ...fake.members?.[groupId] }),
      );
    },
  };
  const ctx: DirectoryContext = {
    azure: { directory } as unknown as AzureClients,
    clock: { now: () => new Date(ms) },
    log: quiet,
    traceId: "t",
    signal: new AbortController().signal,
  };
  return { ctx, asked, named, gaps: createGaps(ctx) };
}

const named = (...ids: string[]) => ids.map((id) => ({ id, type: null }));

describe("people and groups behind assignments", () => {
  it("are read down to the last nested group, each group once", async () => {
    const [a, b, c, ada] = [guid(1), guid(2), guid(3), guid(4)];
    const { ctx, asked, gaps } = contextOf({
      rows: [group(a)],
      members: { [a]: { members: [group(b)] }, [b]: { members: [group(c), row(ada)] }, [c]: { members: [row(ada)] } },
    });
    const { groups, principals } = await readDirectory(ctx, gaps, named(a));
    expect(asked).toEqual([[a], [b], [c]]);
    expect(groups.map(({ groupId, memberIds, transitive }) => [groupId, memberIds, transitive])).toEqual([
      [a, [b], false],
      [b, [c, ada], false],
      [c, [ada], false],
    ]);
    expect(principals.map(({ id, kind }) => [id, kind])).toEqual([
      [a, "group"],
      [b, "group"],
      [c, "group"],
      [ada, "user"],
    ]);
    expect(gaps.incomplete()).toEqual([]);
  });

  it("end in a cycle of groups", async () => {
    const [a, b] = [guid(1), guid(2)];
    const { ctx, asked, gaps } = contextOf({
      rows: [group(a)],
      members: { [a]: { members: [group(b)] }, [b]: { members: [group(a)] } },
    });
    await readDirectory(ctx, gaps, named(a));
    expect(asked).toEqual([[a], [b]]);
  });

  it("say which group could not be read and why, and keep what was read of it", async () => {
    const a = guid(1);
    const { ctx, gaps } = contextOf({
      rows: [group(a)],
      members: { [a]: { members: [row(guid(2))], complete: false, error: refusal } },
    });
    const { groups } = await readDirectory(ctx, gaps, named(a));
    expect(groups[0]?.memberIds).toEqual([guid(2)]);
    expect(gaps.incomplete()).toEqual([{ source: "groups", at: a, label: "name 01", reason: "not yours to read" }]);
  });

  it("stop after thirty seconds and name the groups that were left out", async () => {
    const ids = Array.from({ length: 10 }, (_, index) => guid(index));
    const members = Object.fromEntries(ids.map((id, index) => [id, { members: [group(guid(index + 1))] }]));
    const { ctx, asked, gaps } = contextOf({ rows: [group(guid(0))], members, msPerLevel: 12_000 });
    await readDirectory(ctx, gaps, named(guid(0)));
    expect(asked).toHaveLength(3);
    expect(gaps.incomplete()).toEqual([expect.objectContaining({ at: guid(3), reason: expect.stringContaining("30 seconds") })]);
  });

  it("that the directory does not have are deleted; when it cannot be asked they are unknown", async () => {
    const readable = contextOf({ rows: [] });
    expect((await readDirectory(readable.ctx, readable.gaps, named(guid(1)))).principals).toMatchObject([{ kind: "deleted" }]);
    const closed = contextOf({ rows: refusal });
    const people = [
      { id: guid(1), type: "User" },
      { id: guid(2), type: "Group" },
    ];
    expect((await readDirectory(closed.ctx, closed.gaps, people)).principals).toMatchObject([
      { kind: "unknown" },
      { kind: "group" },
    ]);
    expect(closed.asked).toEqual([[guid(2)]]);
    expect(closed.gaps.incomplete()).toEqual([expect.objectContaining({ source: "principals", reason: "not yours to read" })]);
  });

  it("never ask Graph about everyone or about an id that is none", async () => {
    const { ctx, gaps } = contextOf({ rows: [] });
    const { principals } = await readDirectory(ctx, gaps, named("00000000-0000-0000-0000-000000000000", "not-a-guid"));
    expect(principals).toMatchObject([{ id: "not-a-guid", kind: "unknown" }]);
  });

  it.each([
    ["a guest by type", { userType: "Guest" }, "guest"],
    ["a guest of old, by name", { userType: null, userPrincipalName: "ada_x.com#EXT#@y" }, "guest"],
    ["a member of old", { userType: null, userPrincipalName: "ada@y" }, "user"],
    ["a managed identity", { kind: "servicePrincipal" as const, servicePrincipalType: "ManagedIdentity" }, "managedIdentity"],
    ["an application", { kind: "servicePrincipal" as const, servicePrincipalType: "Application" }, "servicePrincipal"],
    ["anything else", { kind: "other" as const }, "device"],
  ])("are told apart: %s", async (_what, over, kind) => {
    const { ctx, gaps } = contextOf({ rows: [row(guid(1), over)] });
    expect((await readDirectory(ctx, gaps, named(guid(1)))).principals[0]?.kind).toBe(kind);
  });

  it("end the request when the sign-in itself is refused", async () => {
    const { ctx, gaps } = contextOf({ rows: new AppError({ code: "unauthenticated", message: "sign in" }) });
    await expect(readDirectory(ctx, gaps, named(guid(1)))).rejects.toMatchObject({ code: "unauthenticated" });
  });
});

describe("reading while principals still come", () => {
  const collect = () => {
    const pages = { principals: [] as string[][], groups: [] as string[][] };
    const sink = {
      principals: (rows: { id: string }[]) => void pages.principals.push(rows.map(({ id }) => id)),
      groups: (rows: { groupId: string }[]) => void pages.groups.push(rows.map(({ groupId }) => groupId)),
    };
    return { pages, sink };
  };
  const guids = (count: number) => Array.from({ length: count }, (_, index) => guid(index));

  it("begins once a request of 1,000 names is full, and asks for nobody twice", async () => {
    const ids = guids(1_001);
    const { ctx, gaps, named: names } = contextOf({ rows: ids.map((id) => row(id)) });
    const { pages, sink } = collect();
    const reader = createDirectoryReader(ctx, gaps, sink);
    reader.add(named(...ids.slice(0, 999)));
    expect(names).toEqual([]);
    reader.add(named(...ids.slice(0, 1_000).map((id) => id.toUpperCase())));
    expect(names.map((call) => call.length)).toEqual([1_000]);
    reader.add(named(...ids));
    await reader.finish();
    expect(names.map((call) => call.length)).toEqual([1_000, 1]);
    expect(pages.principals.flat()).toEqual(ids);
  });

  it("reads groups while names still come, 20 a request, each once", async () => {
    const ids = guids(1_045);
    const { ctx, gaps, asked } = contextOf({
      rows: ids.map((id, index) => (index < 1_005 && index >= 45 ? row(id) : group(id))),
    });
    const { pages, sink } = collect();
    const reader = createDirectoryReader(ctx, gaps, sink);
    reader.add(named(...ids.slice(0, 1_000)));
    while (asked.length < 2) await Promise.resolve();
    expect(asked.map((call) => call.length)).toEqual([20, 20]);
    reader.add(named(...ids));
    await reader.finish();
    expect(asked.flat().toSorted()).toEqual([...ids.slice(0, 45), ...ids.slice(1_005)].toSorted());
    expect(asked.every((call) => call.length <= 20)).toBe(true);
    expect(pages.groups.flat().toSorted()).toEqual(asked.flat().toSorted());
  });

  it("does not ask by name for who came as a member of a group", async () => {
    const ids = guids(1_000);
    const member = guid(5_000);
    const groups = new Set(ids.slice(0, 20));
    const {
      ctx,
      gaps,
      asked,
      named: names,
    } = contextOf({
      rows: ids.map((id) => (groups.has(id) ? group(id) : row(id))),
      members: { [guid(0)]: { members: [row(member)] } },
    });
    const { pages, sink } = collect();
    const reader = createDirectoryReader(ctx, gaps, sink);
    reader.add(named(...ids));
    while (asked.length === 0) await Promise.resolve();
    await Promise.resolve();
    reader.add(named(member));
    await reader.finish();
    expect(names).toHaveLength(1);
    expect(pages.principals.flat()).toContain(member);
  });

  it("hands on pages of 2,000 principals, the rest at the end", async () => {
    const ids = guids(4_500);
    const { ctx, gaps } = contextOf({ rows: ids.map((id) => row(id)) });
    const { pages, sink } = collect();
    const reader = createDirectoryReader(ctx, gaps, sink);
    reader.add(named(...ids));
    await reader.finish();
    expect(pages.principals.map((page) => page.length)).toEqual([2_000, 2_000, 500]);
  });

  it("calls nobody deleted whose name could not be asked for, and says so once", async () => {
    const ids = guids(2_500);
    const { ctx, gaps } = contextOf({ rows: [] });
    const { byIds } = ctx.azure.directory;
    ctx.azure.directory.byIds = (part) =>
      part.includes(guid(2_000)) || part.includes(guid(1_000)) ? Promise.reject(refusal) : byIds(part);
    const { principals } = await readDirectory(ctx, gaps, named(...ids));
    const kindOf = (id: string) => principals.find((one) => one.id === id)?.kind;
    expect([guid(0), guid(1_500), guid(2_400)].map(kindOf)).toEqual(["deleted", "unknown", "unknown"]);
    expect(gaps.incomplete()).toHaveLength(1);
  });
});
