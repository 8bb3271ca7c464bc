import { once } from "node:events";
import { existsSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";

/** A page of a running Chromium, by its DevTools protocol. */
export interface DevToolsPage {
  /** A picture (PNG) of the upper left `width` × `height` CSS pixels, each as `scale` dots. */
  picture(width: number, height: number, scale: number): Promise<Buffer>;
  close(): void;
}

/** Connects to the first page of the Chromium that runs with a profile and `--remote-debugging-port=0`. */
export async function openDevTools(profile: string): Promise<DevToolsPage> {
  const [port] = (await textOf(join(profile, "DevToolsActivePort"))).split("\n");
  const listed = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
  const page = (listed as { type: string; webSocketDebuggerUrl: string }[]).find(({ type }) => type === "page");
  if (page === undefined) throw new Error("the browser shows no page");
  const socket = new WebSocket(page.webSocketDebuggerUrl);
  await once(socket, "open");
  const waiting = new Map<number, PromiseWithResolvers<{ data: string }>>();
  let last = 0;
  socket.addEventListener("message", ({ data }) => {
    const { id, result, error } = JSON.parse(String(data));
    if (error) waiting.get(id)?.reject(new Error(error.message));
    else waiting.get(id)?.resolve(result);
    waiting.delete(id);
  });
  socket.addEventListener("close", () => {
    for (const { reject } of waiting.values()) reject(new Error("the browser ended"));
  });
  return {
    async picture(width, height, scale) {
      const id = ++last;
      const answer = Promise.withResolvers<{ data: string }>();
      waiting.set(id, answer);
      const clip = { x: 0, y: 0, width, height, scale };
      const params = { format: "png", captureBeyondViewport: true, clip };
      socket.send(JSON.stringify({ id, method: "Page.captureScreenshot", params }));
      return Buffer.from((await answer.promise).data, "base64");
    },
    close: () => socket.close(),
  };
}

/** The text of a file, as soon as it is there. */
async function textOf(file: string): Promise<string> {
  const folder = watch(join(file, ".."));
  try {
    while (!existsSync(file) || !readFileSync(file, "utf8").includes("\n")) await once(folder, "change");
    return readFileSync(file, "utf8");
  } finally {
    folder.close();
  }
}
