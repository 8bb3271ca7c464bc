import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type Provider from "oidc-provider";
import { signInPage } from "./page.ts";
import { accountOf } from "./people.ts";
import { portalProvider } from "./provider.ts";

/** Bytes of a form that are read. */
const MAX_FORM = 4_096;

/** The portal, as it serves. */
export interface PortalServer {
  /** Its issuer. */
  url: string;
  stop(): Promise<void>;
}

/** Serves the portal on loopback; port 0 is any. `pages`: see {@link portalProvider}. */
export async function startPortal(
  tls: { cert: string; key: string },
  port: number,
  pages: readonly string[] = [],
): Promise<PortalServer> {
  const server = createServer(tls);
  const listening = Promise.withResolvers<void>();
  server.once("error", listening.reject);
  server.listen(port, "127.0.0.1", () => listening.resolve());
  await listening.promise;
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  const provider = portalProvider(url, pages);
  const standard = provider.callback();
  server.on("request", (request, response) => {
    if (!request.url?.startsWith("/interaction/")) return void standard(request, response);
    signIn(provider, request, response).catch(() => end(response, 400, "请重新登录"));
  });
  return {
    url,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Shows the form, and finishes the sign-in with whom account and password name. */
async function signIn(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { uid } = await provider.interactionDetails(request, response);
  const action = `/interaction/${uid}`;
  if (request.method !== "POST") return end(response, 200, signInPage(action));
  const form = new URLSearchParams(await bodyOf(request));
  const account = accountOf(form.get("account") ?? "", form.get("password") ?? "");
  if (!account) return end(response, 401, signInPage(action, "账户或密码错误，请核对后重试"));
  await provider.interactionFinished(request, response, { login: { accountId: account.account } });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_FORM) throw new RangeError("the form is too long");
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

function end(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" }).end(html);
}
