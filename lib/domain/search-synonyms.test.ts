import { describe, expect, it } from "vitest";
import { searchForms } from "./search-synonyms";

describe("searching by old product names", () => {
  it("[E07] finds Entra sign-in by the words Azure AD login", () => {
    expect(searchForms("Azure AD login")).toContain("entra sign-in");
  });

  it.each([
    ["Arc enabled servers", "machines"],
    ["azure active directory", "entra"],
    ["AAD", "entra"],
    ["MSI", "managed identity"],
    ["enterprise application", "service principal"],
    ["cert", "certificate"],
  ])("[E07] %s also means %s", (query, form) => {
    expect(searchForms(query)).toContain(form);
  });

  it("keeps the query as typed, once and in lower case, as the first form", () => {
    expect(searchForms("  AMS-App-0001 ")).toEqual(["ams-app-0001"]);
  });

  it("does not find a name inside another word", () => {
    expect(searchForms("blogin")).toEqual(["blogin"]);
    expect(searchForms("certificate")).toEqual(["certificate"]);
    expect(searchForms("aad-prod-01")).toEqual(["aad-prod-01"]);
  });
});
