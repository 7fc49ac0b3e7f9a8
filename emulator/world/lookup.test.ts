import { expect, it } from "vitest";
import { userById } from "./lookup.ts";
import { testWorld } from "./test-world.ts";

it("a person is found by id, also after people came and went", () => {
  const world = testWorld(25);
  const [first] = world.users;
  if (first === undefined) throw new Error("the world has people");
  expect(userById(world, first.id)).toBe(first);
  expect(userById(world, "nobody")).toBeUndefined();
  world.users[0] = { ...first, id: "renamed" };
  world.revision += 1;
  expect([userById(world, first.id), userById(world, "renamed")?.displayName]).toEqual([undefined, first.displayName]);
  world.users.push({ ...first, id: "added" });
  expect(userById(world, "added")?.id).toBe("added");
});
