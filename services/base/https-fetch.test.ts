import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAuthority } from "../../ops/authority/authority.ts";
import { httpsFetch } from "./https-fetch.ts";

const directory = mkdtempSync(join(tmpdir(), "ecert-fetch-"));
const authority = createAuthority(join(directory, "authority"));
const { certPem, keyPem } = authority.issueTls({ node: "440100", kind: "service", name: "portal", ip: ["127.0.0.1"] });
/** Answers with what stands behind the number of the asked path, whatever status that is. */
const server = createServer({ cert: certPem, key: keyPem }, ({ url }, { socket }) => {
  const body = "words";
  socket?.end(`HTTP/1.1 ${url?.slice(1)} X\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`);
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true, force: true });
});

const ask = (status: number, maxBytes = 100) =>
  httpsFetch(
    `https://127.0.0.1:${(server.address() as AddressInfo).port}/${status}`,
    {},
    { ca: Object.values(authority.certificates).join(""), timeoutMs: 10_000, maxBytes },
  );

test("a server's answer is given with its status and words", async () => {
  const answer = await ask(404);
  expect([answer.status, await answer.text()]).toEqual([404, "words"]);
});

test("an answer whose status allows no body has none, whatever the server sends behind it", async () => {
  const answer = await ask(205);
  expect([answer.status, await answer.text()]).toEqual([205, ""]);
});

test("a server that answers with a status that there is not is told of as a fault, and does not end the process", async () => {
  await expect(ask(999)).rejects.toThrow("status 999");
});

test("an answer that is too long is a fault", async () => {
  await expect(ask(200, 4)).rejects.toThrow("more than 4 bytes");
});
