import { type ConnectRequest, type ConnectResponse, textHeader } from "../listen/connect-request.ts";
import type { Coding, Page } from "./load-pages.ts";

/** The better coding first. */
const PREFERRED: readonly Coding[] = ["br", "gzip"];

/**
 * Answers a request for a file: whole, compressed as its reader takes it, 304 where that has it already; 404 without one, 405 for anything but
 * reading. `headers` go with the file.
 */
export function servePage(
  request: ConnectRequest,
  response: ConnectResponse,
  page: Page | undefined,
  headers: Readonly<Record<string, string>>,
): void {
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (!page || !isRead) {
    response.writeHead(page ? 405 : 404, {
      "content-type": "text/plain; charset=utf-8",
      ...(page && { allow: "GET, HEAD" }),
    });
    response.end(page ? "GET\n" : "没有该页面 · no such page\n");
    return;
  }
  const sent = { ...headers, etag: page.etag, vary: "accept-encoding" };
  if (textHeader(request, "if-none-match") === page.etag) {
    response.writeHead(304, sent);
    response.end();
    return;
  }
  const coding = PREFERRED.find((one) => page.coded[one] && takes(request, one));
  const bytes = (coding && page.coded[coding]) ?? page.bytes;
  const described = {
    "content-type": page.type,
    "content-length": bytes.length,
    ...(coding && { "content-encoding": coding }),
  };
  response.writeHead(200, { ...sent, ...described });
  response.end(request.method === "HEAD" ? "" : bytes);
}

function takes(request: ConnectRequest, coding: Coding): boolean {
  const accepted = textHeader(request, "accept-encoding") ?? "";
  return accepted.split(",").some((one) => {
    const [name = "", quality = ""] = one.trim().split(/\s*;\s*/);
    return name === coding && !/^q=0(\.0*)?$/.test(quality);
  });
}
