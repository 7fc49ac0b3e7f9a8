// As much of the measuring programs' types as is used here: they are installed only for a measurement, types are checked always.

declare module "lighthouse" {
  type Audit = { id: string; score: number | null; scoreDisplayMode: string; displayValue?: string; title: string };
  type Report = {
    categories: Record<string, { score: number | null }>;
    audits: Record<string, Audit>;
    environment: { benchmarkIndex: number };
  };
  type Result = { lhr: Report };
  export const desktopConfig: object;
  const lighthouse: (url: string, flags: object, config: object, page: object) => Promise<Result | undefined>;
  export default lighthouse;
}

declare module "puppeteer-core" {
  export type Page = {
    goto: (url: string) => Promise<unknown>;
    waitForFunction: <A extends unknown[]>(
      test: (...args: A) => boolean,
      options: { timeout: number },
      ...args: A
    ) => Promise<unknown>;
    waitForNavigation: (options: { timeout: number }) => Promise<unknown>;
    waitForSelector: (css: string, options: { timeout: number }) => Promise<unknown>;
    evaluate: <A extends unknown[]>(run: (...args: A) => void, ...args: A) => Promise<void>;
    $eval: <T>(css: string, read: (node: Element) => T) => Promise<T>;
  };
  type Browser = { newPage: () => Promise<Page>; close: () => Promise<void> };
  const puppeteer: { launch: (options: { executablePath: string; args: string[] }) => Promise<Browser> };
  export default puppeteer;
}

declare module "@cedar-policy/cedar-wasm/nodejs" {
  type Failure = { type: "failure"; errors: { message: string }[] };
  type Uid = { type: string; id: string };
  export function preparsePolicySet(id: string, policies: { staticPolicies: string }): { type: "success" } | Failure;
  export function statefulIsAuthorized(call: {
    principal: Uid;
    action: Uid;
    resource: Uid;
    context: object;
    preparsedPolicySetId: string;
    entities: { uid: Uid; attrs: object; parents: Uid[] }[];
  }): { type: "success"; response: { decision: "allow" | "deny" } } | Failure;
}
