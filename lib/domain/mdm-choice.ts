import { INTUNE_MDM_ID, mdmKind } from "./sign-in-extension";

/** What a form offers for settings.mdmId: nothing, Microsoft Intune, or the application id of another product. */
export const MDM_CHOICES = ["empty", "intune", "own"] as const;
export type MdmChoice = (typeof MDM_CHOICES)[number];

/** The choice with the id that was typed for another product, kept also while another choice stands. */
export type MdmDraft = { mdm: MdmChoice; ownId: string };

/** The value of settings.mdmId that a choice means; "" = no management product. */
export function mdmIdOf({ mdm, ownId }: MdmDraft): string {
  if (mdm === "empty") return "";
  return mdm === "intune" ? INTUNE_MDM_ID : ownId.trim();
}

/** Message key of what is wrong with the choice, or null. An own product needs an id. */
export function mdmError(draft: MdmDraft): string | null {
  if (draft.mdm !== "own") return null;
  const kind = mdmKind(mdmIdOf(draft));
  return kind === "invalid" || kind === "empty" ? "signIn.mdm.invalid" : null;
}
