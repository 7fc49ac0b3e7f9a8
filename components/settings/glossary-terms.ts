import { searchForms } from "@/lib/domain/search-synonyms";
import { en } from "@/messages/en";

export type TermId = keyof typeof en.glossary.terms;
const TERM_IDS = Object.keys(en.glossary.terms) as TermId[];

/** Terms whose words or former names hold the query, in any of the forms with today's product names. */
export function findTerms(query: string): TermId[] {
  if (query.trim() === "") return TERM_IDS;
  const forms = searchForms(query);
  return TERM_IDS.filter((id) => {
    const term = en.glossary.terms[id];
    const text = `${term.term} ${term.names} ${term.text}`.toLowerCase();
    return forms.some((form) => text.includes(form));
  });
}
