import type { Watched } from "./watched.ts";

/** The node does what it is asked, and its answer is lost on its way, once. */
export async function loseAnswer(page: Watched, method: string): Promise<void> {
  const line = await page.context().newCDPSession(page);
  line.once("Fetch.requestPaused", async ({ requestId }) => {
    await line.send("Fetch.failRequest", { requestId, errorReason: "ConnectionReset" });
    await line.detach();
  });
  await line.send("Fetch.enable", { patterns: [{ urlPattern: `*/${method}`, requestStage: "Response" }] });
}
