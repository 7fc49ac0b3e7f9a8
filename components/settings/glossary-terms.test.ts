import { describe, expect, it } from "vitest";
import { t } from "@/messages/t";
import { findTerms } from "./glossary-terms";

describe("glossary", () => {
  it("[E07] finds today's words by the names they had", () => {
    expect(findTerms("Azure AD")).toContain("entra");
    expect(findTerms("Azure AD login")).toContain("extension");
    expect(findTerms("MSI")).toContain("identity");
    expect(findTerms("Arc enabled servers")).toContain("arc");
  });

  it("[A36] says that being connected is not being Entra joined, and what makes a server joined", () => {
    expect(t("glossary.two.connectedText")).toContain("Nobody can sign in with an Entra account because of this alone");
    expect(t("glossary.two.joinedText")).toContain("extension");
  });

  it("shows every word without a query and none for a word that is nowhere", () => {
    expect(findTerms(" ").length).toBeGreaterThan(15);
    expect(findTerms("zebra")).toEqual([]);
  });
});
