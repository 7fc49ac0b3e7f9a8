/** One request and its answer with parsed bodies, from whatever source: local Azure's request list or a recording. */
export type JudgedExchange = {
  method: string;
  /** Absolute. */
  url: string;
  requestHeaders: Record<string, string>;
  requestBody: Record<string, unknown> | undefined;
  status: number;
  responseHeaders: Record<string, string>;
  responseBody: Record<string, unknown> | undefined;
};
