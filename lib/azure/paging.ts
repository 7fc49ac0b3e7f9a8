import "server-only";
import { type AzureService, lostAnswerError } from "./errors";

/** More pages than any list the portal follows can have; a list beyond it is a loop. */
const MAX_PAGES = 2_000;

export type Page<T> = { items: T; nextLink: string | null };

/**
 * Follows next links until there is none. The address is used byte for byte; the client underneath refuses another origin. A
 * link that came before, or more pages than the cap, means the service turns in circles: AppError upstream, after the
 * caller has received every page that was read.
 */
export async function* followPages<T>(args: {
  first: () => Promise<Page<T>>;
  next: (link: string) => Promise<Page<T>>;
  service: AzureService;
  subject: string;
  maxPages?: number;
}): AsyncGenerator<T> {
  const seen = new Set<string>();
  let page = await args.first();
  for (let count = 1; ; count++) {
    yield page.items;
    const link = page.nextLink;
    if (link === null) return;
    if (seen.has(link) || count >= (args.maxPages ?? MAX_PAGES)) {
      throw lostAnswerError({
        service: args.service,
        what: "malformed",
        status: 200,
        message: `the list of ${args.subject} does not end: page ${count} points back to a page that was read already.`,
      });
    }
    seen.add(link);
    page = await args.next(link);
  }
}
