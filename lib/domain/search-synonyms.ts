/**
 * Former and colloquial names of Microsoft's products with the words that the portal uses, so that a search by an old name
 * still finds the feature. All lower case. Source: Entra documentation, "New name for Azure Active Directory".
 */
export const SYNONYMS: readonly { words: readonly string[]; means: readonly string[] }[] = [
  { words: ["azure ad", "azure active directory", "aad"], means: ["entra"] },
  { words: ["msi", "managed service identity"], means: ["managed identity", "identity"] },
  { words: ["arc enabled servers", "arc-enabled servers", "azure arc servers", "hybrid machines"], means: ["machines"] },
  { words: ["azcmagent", "arc agent", "himds"], means: ["agent"] },
  { words: ["aadlogin", "aadloginforwindows", "login", "log in", "logon", "sign in", "rdp"], means: ["sign-in"] },
  { words: ["enterprise application"], means: ["service principal"] },
  { words: ["certificate expiry", "expiration", "cert"], means: ["certificate"] },
];

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/**
 * The query as typed and every form with old names replaced by today's, lower case and without repeats. A search matches
 * when any of the forms matches.
 */
export function searchForms(query: string): string[] {
  const typed = query.trim().toLowerCase().replace(/\s+/g, " ");
  const forms = new Set<string>([typed]);
  for (const { words, means } of SYNONYMS) {
    for (const form of [...forms]) {
      for (const word of words) {
        const pattern = new RegExp(`(?<![\\w-])${escapePattern(word)}(?![\\w-])`, "g");
        if (!pattern.test(form)) continue;
        for (const meaning of means) forms.add(form.replace(pattern, meaning));
      }
    }
  }
  return [...forms];
}
