/** The download has begun with the click; the address only keeps the content in memory. */
const KEEP_ADDRESS_MS = 10_000;

function saveBlob(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEEP_ADDRESS_MS);
}

/** Hands a text to the browser as a file. */
export function download(name: string, type: string, text: string): void {
  saveBlob(name, new Blob([text], { type }));
}

/** Hands an answer of the portal to the browser as a file, under the name that the answer gives itself. */
export async function downloadAnswer(response: Response, otherwise: string): Promise<void> {
  const name = /filename="([\w.-]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? otherwise;
  saveBlob(name, await response.blob());
}
