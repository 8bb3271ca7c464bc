import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium } from "playwright-core";
import type { Assertion } from "../../services/trust/officers/assertion.ts";

/** A security key on a page: registers itself, and confirms what it is asked to. */
export interface KeyOnPage {
  rpId: string;
  origin: string;
  /** JSON of the registration. */
  register(): Promise<string>;
  confirm(id: string, challenge: Uint8Array): Promise<Assertion>;
  close(): Promise<void>;
}

/** What the console's page does to register a security key. */
const REGISTER = `navigator.credentials.create({ publicKey: {
  rp: { id: "localhost", name: "console" },
  user: { id: new TextEncoder().encode("440100-li"), name: "440100-li", displayName: "李" },
  challenge: crypto.getRandomValues(new Uint8Array(32)),
  pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
  attestation: "none",
  authenticatorSelection: { userVerification: "required" },
} }).then((made) => JSON.stringify(made.toJSON()))`;

/** And what it does with the answer of PrepareConfirmation. */
const confirmBy = (id: string, challenge: Uint8Array) => `navigator.credentials.get({ publicKey:
  PublicKeyCredential.parseRequestOptionsFromJSON({
    rpId: "localhost", userVerification: "required", challenge: "${Buffer.from(challenge).toString("base64url")}",
    allowCredentials: [{ type: "public-key", id: "${id}" }],
  }) }).then((made) => JSON.stringify(made.toJSON().response))`;

/** Chromium with a virtual authenticator whose user is there and verified, on a page of localhost. */
export async function openBrowserKey(): Promise<KeyOnPage> {
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>console</title>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  const page = await browser.newPage();
  await page.goto(origin);
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "usb", hasUserVerification: true, isUserVerified: true } as const;
  await session.send("WebAuthn.addVirtualAuthenticator", { options });
  return {
    rpId: "localhost",
    origin,
    register: () => page.evaluate(REGISTER) as Promise<string>,
    async confirm(id, challenge) {
      const made = JSON.parse((await page.evaluate(confirmBy(id, challenge))) as string) as Record<string, string>;
      const octets = (member: string) => Buffer.from(made[member] ?? "", "base64url");
      return {
        authenticatorData: octets("authenticatorData"),
        clientDataJson: octets("clientDataJSON"),
        signature: octets("signature"),
      };
    },
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
