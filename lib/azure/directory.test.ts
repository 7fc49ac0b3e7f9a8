import { describe, expect, it } from "vitest";
import { type FakeAnswer, fakeAzure, type SentRequest } from "./fake-azure";

type Step = { id: string; url: string };
const stepsOf = (request: SentRequest): Step[] => (request.body as { requests: Step[] }).requests;
const user = (id: string) => ({
  "@odata.type": "#microsoft.graph.user",
  id,
  displayName: id,
  userType: "Member",
  accountEnabled: true,
});
const batch = (responses: unknown[]): FakeAnswer => ({ status: 200, body: { responses } });

describe("members of many groups", () => {
  it("go 20 a request and come back by id, whatever the order of the answer", async () => {
    const { clients, sent } = fakeAzure((request) =>
      batch(
        stepsOf(request)
          .map(({ id }) => ({ id, status: 200, body: { value: [user(`member-of-${id}`)] } }))
          .reverse(),
      ),
    );
    const ids = Array.from({ length: 45 }, (_, index) => `g${index}`);
    const answers = await clients.directory.membersOf(ids, 1_000);
    expect(sent.map((request) => stepsOf(request).length)).toEqual([20, 20, 5]);
    expect(answers.map(({ groupId, members }) => [groupId, members[0]?.id])).toEqual(
      ids.map((id, index) => [id, `member-of-${index}`]),
    );
    expect(answers.every(({ complete }) => complete)).toBe(true);
  });

  it("name the one group that is refused and bring the others", async () => {
    const { clients } = fakeAzure((request) =>
      batch(
        stepsOf(request).map(({ id }) =>
          id === "1"
            ? { id, status: 403, body: { error: { code: "Authorization_RequestDenied", message: "hidden" } } }
            : { id, status: 200, body: { value: [user("u")] } },
        ),
      ),
    );
    const [first, second, third] = await clients.directory.membersOf(["a", "b", "c"], 1_000);
    expect([first?.complete, third?.complete]).toEqual([true, true]);
    expect(second).toMatchObject({
      complete: false,
      members: [],
      error: {
        code: "forbidden",
        message: expect.stringContaining("Member.Read.Hidden"),
        azure: { code: "Authorization_RequestDenied" },
      },
    });
  });

  it("ask a throttled step again after the time it names, and only that step", async () => {
    const { clients, sent } = fakeAzure((request, count) =>
      batch(
        stepsOf(request).map(({ id }) =>
          count === 1 && id === "0"
            ? { id, status: 429, headers: { "Retry-After": "0.01" } }
            : { id, status: 200, body: { value: [] } },
        ),
      ),
    );
    const answers = await clients.directory.membersOf(["a", "b"], 1_000);
    expect(sent.map((request) => stepsOf(request).map(({ id }) => id))).toEqual([["0", "1"], ["0"]]);
    expect(answers.every(({ complete }) => complete)).toBe(true);
  });

  it("follow a large group page by page and stop at the limit, saying so", async () => {
    const next = (page: number) => `https://graph.microsoft.com/v1.0/groups/a/members?page=${page}`;
    const { clients, sent } = fakeAzure((_, count) =>
      count === 1
        ? batch([{ id: "0", status: 200, body: { value: [user("u0")], "@odata.nextLink": next(1) } }])
        : { status: 200, body: { value: [user(`u${count - 1}`)], "@odata.nextLink": next(count) } },
    );
    const [group] = await clients.directory.membersOf(["a"], 4);
    expect(group).toMatchObject({ complete: false, error: { message: expect.stringContaining("more than 4 members") } });
    expect(group?.members.map(({ id }) => id)).toEqual(["u0", "u1", "u2", "u3"]);
    expect(sent).toHaveLength(4);
  });

  it("keep what came when a later page fails", async () => {
    const link = "https://graph.microsoft.com/v1.0/groups/a/members?page=1";
    const { clients } = fakeAzure((_, count) =>
      count === 1
        ? batch([{ id: "0", status: 200, body: { value: [user("u0")], "@odata.nextLink": link } }])
        : { status: 403, body: { error: { code: "Authorization_RequestDenied", message: "no" } } },
    );
    const [group] = await clients.directory.membersOf(["a"], 100);
    expect(group).toMatchObject({ complete: false, members: [{ id: "u0" }], error: { code: "forbidden" } });
  });
});

describe("names by id", () => {
  it("go in thousands, each id once, whatever its case", async () => {
    const { clients, sent } = fakeAzure((request) => ({
      status: 200,
      body: { value: (request.body as { ids: string[] }).ids.map(user) },
    }));
    const ids = Array.from({ length: 2_001 }, (_, index) => `id-${index}`);
    const rows = await clients.directory.byIds([...ids, "ID-0"]);
    expect(sent.map((request) => (request.body as { ids: string[] }).ids.length).sort()).toEqual([1, 1_000, 1_000]);
    expect(rows.map(({ id }) => id)).toEqual(ids);
  });

  it("are asked for without a selection when the service takes none", async () => {
    const { clients, sent } = fakeAzure((request) =>
      request.url.includes("select")
        ? { status: 400, body: { error: { code: "BadRequest", message: "no select" } } }
        : { status: 200, body: { value: [user("a")] } },
    );
    expect(await clients.directory.byIds(["a"])).toMatchObject([{ id: "a", kind: "user" }]);
    expect(sent).toHaveLength(2);
  });

  it("keep an object of a kind that the portal does not know", async () => {
    const { clients } = fakeAzure([
      { status: 200, body: { value: [{ "@odata.type": "#microsoft.graph.alien", id: "x" }, { no: "id" }] } },
    ]);
    expect(await clients.directory.byIds(["x"])).toMatchObject([{ id: "x", kind: "other", displayName: "" }]);
  });
});

describe("search", () => {
  it("asks people, groups and service principals with the words as text", async () => {
    const { clients, sent } = fakeAzure([{ status: 200, body: { value: [] } }]);
    await clients.directory.search('a" OR "b\\', 15);
    const searches = sent.map(({ url }) => new URL(url).searchParams.get("$search"));
    expect(searches).toEqual([
      '"displayName:a  OR  b " OR "userPrincipalName:a  OR  b "',
      '"displayName:a  OR  b "',
      '"displayName:a  OR  b "',
    ]);
    expect(sent.every(({ headers }) => headers.consistencylevel === "eventual")).toBe(true);
  });
});
