import type { Writable } from "node:stream";

/** Writes to a stream and resolves when it takes more, or when it has closed and never will. */
export function writeDrained(stream: Writable, chunk: unknown): Promise<void> {
  if (stream.destroyed || stream.write(chunk)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      stream.off("drain", done);
      stream.off("close", done);
      resolve();
    };
    stream.on("drain", done);
    stream.on("close", done);
  });
}
