import type { Locator } from "playwright-core";

/** A file that somebody hands to a page. */
export interface HandedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

const EVENTS = { drop: ["DragEvent", "dataTransfer"], paste: ["ClipboardEvent", "clipboardData"] } as const;

/** Drops files on a place of a page that can have the focus, or pastes them there: the page is told as browsers tell it. Throws where nothing on the page took them, since a browser would leave for a file that was dropped. */
export async function handOver(place: Locator, how: keyof typeof EVENTS, ...files: HandedFile[]): Promise<void> {
  const given = files.map(({ buffer, ...named }) => ({ ...named, content: buffer.toString("base64") }));
  const [kind, member] = EVENTS[how];
  await place.focus();
  const isTaken = await place.page().evaluate(`{
    const handed = new DataTransfer();
    for (const { name, mimeType, content } of ${JSON.stringify(given)})
      handed.items.add(new File([Uint8Array.from(atob(content), (one) => one.charCodeAt(0))], name, { type: mimeType }));
    !document.activeElement.dispatchEvent(new ${kind}("${how}", { ${member}: handed, bubbles: true, cancelable: true }));
  }`);
  if (isTaken !== true) throw new Error(`the page has not taken what was handed over by ${how}`);
}
