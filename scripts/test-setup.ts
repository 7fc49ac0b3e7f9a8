// How long a test waits for words to appear is a bound against hanging, never a measurement: a busy machine must not turn it red.
if (typeof document !== "undefined") {
  const { configure } = await import("@testing-library/react");
  configure({ asyncUtilTimeout: 20_000 });
  // Every browser has it, jsdom does not.
  globalThis.ReadableStream ??= (await import("node:stream/web")).ReadableStream as typeof ReadableStream;
}

export {};
