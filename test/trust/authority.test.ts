import { X509Certificate } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { connect, createServer } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import { signAsNode, verifyAsNode } from "../../services/trust/node-key.ts";
import { createDepartment, DEPARTMENT } from "./department.ts";
import { type Bench, createBench } from "./openssl.ts";

const MAIN = join(import.meta.dirname, "../../ops/authority/main.ts");

let bench: Bench;
let authority: Authority;
beforeAll(() => {
  bench = createBench();
  authority = createAuthority(join(bench.directory, "ca"));
});
afterAll(() => bench.close());

const filesIn = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** A TLS server of the mesh answers what it thinks of a client: the alternative names, or why it would refuse it. */
function shakeHands(client: { certPem: string; keyPem: string }): Promise<string> {
  const { certPem: cert, keyPem: key } = authority.issueTls({ node: "440100", kind: "service", name: "issue" });
  const ca = authority.certificates.root;
  return new Promise((resolve, reject) => {
    // Node would only hang up on a client that it refuses; let in, the refusal can be read.
    const server = createServer({ key, cert, ca, requestCert: true, rejectUnauthorized: false }, (socket) => {
      const names = String(socket.getPeerCertificate().subjectaltname);
      socket.end(socket.authorized ? names : `refused: ${socket.authorizationError}`);
    });
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      const socket = connect({ port, host: "localhost", key: client.keyPem, cert: client.certPem, ca });
      socket.on("error", reject);
      socket.on("data", (data) => {
        server.close();
        resolve(String(data));
      });
    });
  });
}

describe("the trial authority", () => {
  test("makes TLS certificates that openssl accepts for their host, both ways", () => {
    const { certPem, uri } = authority.issueTls({
      node: "440100",
      kind: "agent",
      name: "scjg",
      dns: ["agent.test", "localhost"],
    });
    bench.file("root.pem", authority.certificates.root);
    bench.file("mesh.pem", authority.certificates.mesh);
    bench.file("tls.pem", certPem);
    for (const [purpose, host] of [
      ["sslserver", "localhost"],
      ["sslclient", "agent.test"],
    ] as const) {
      const options = ["-x509_strict", "-CAfile", "root.pem", "-untrusted", "mesh.pem", "-verify_ip", "127.0.0.1"];
      expect(bench.openssl("verify", ...options, "-purpose", purpose, "-verify_hostname", host, "tls.pem")).toContain(
        "OK",
      );
    }
    expect(uri).toBe("ecert://440100/agent/scjg");
    expect(new X509Certificate(certPem).subjectAltName).toBe(
      "URI:ecert://440100/agent/scjg, DNS:agent.test, DNS:localhost, IP Address:127.0.0.1",
    );
  });

  test("lets peers of the mesh talk by mutual TLS and know each other by URI", async () => {
    const agent = authority.issueTls({ node: "440100", kind: "agent", name: "scjg" });
    expect(await shakeHands(agent)).toContain("URI:ecert://440100/agent/scjg");
  });

  test("keeps signing certificates out of TLS, though one root stands above both", async () => {
    const { certPem, keyPem } = await createDepartment(authority, "P-256");
    expect(await shakeHands({ certPem, keyPem })).toBe("refused: INVALID_PURPOSE");
  });

  test("makes Ed25519 keys with which nodes sign", () => {
    const { certPem, keyPem } = authority.issueTls({ node: "440100", kind: "node", name: "events", key: "ed25519" });
    const signature = signAsNode(keyPem, "ecert.event.v1", { number: 1 });
    expect(verifyAsNode(certPem, "ecert.event.v1", { number: 1 }, signature)).toBe(true);
  });

  test("answers device requests, whose form openssl accepts, with the subject asked for (5.8.3)", async () => {
    const { certPem, request } = await createDepartment(authority, "RSA");
    const said = bench.openssl(
      "req",
      "-verify",
      "-noout",
      "-text",
      "-nameopt",
      "utf8,sep_comma_plus",
      "-in",
      bench.file("r.pem", request),
    );
    expect(said).toContain("verify OK");
    expect(said).toContain(`organizationIdentifier=${DEPARTMENT.organizationCode}`);
    const { subject, keyUsage } = new X509Certificate(certPem);
    expect(subject).toContain(`O=${DEPARTMENT.organization}`);
    expect(keyUsage).toEqual(["1.3.6.1.5.5.7.3.4"]);
  });

  test("keeps every file to its owner, and opens again with the same keys", () => {
    const directory = join(bench.directory, "ca");
    for (const file of filesIn(directory)) expect(statSync(file).mode & 0o777, file).toBe(0o600);
    const again = createAuthority(directory);
    expect(again.certificates).toEqual(authority.certificates);
    expect(again.list()).toEqual(authority.list());
    expect(filesIn(directory).filter((file) => file.endsWith(".tmp"))).toEqual([]);
  });

  test("does not make a second key for a certificate whose key is lost", () => {
    const directory = join(bench.directory, "lost");
    createAuthority(directory);
    bench.run("rm", join(directory, "mesh.key.pem"));
    expect(() => createAuthority(directory)).toThrow('the key of "mesh" is missing');
  });

  test.each([
    ["node", { node: "44/01", kind: "service", name: "a" }],
    ["name", { node: "440100", kind: "service", name: "" }],
    ["dns", { node: "440100", kind: "service", name: "a", dns: ["a b"] }],
    ["ip", { node: "440100", kind: "service", name: "a", ip: ["localhost"] }],
    ["days", { node: "440100", kind: "service", name: "a", days: 0 }],
  ] as const)("refuses an order with a bad %s", (field, order) => {
    expect(() => authority.issueTls(order)).toThrow(`${field}: `);
  });
});

describe("the command line of the authority", () => {
  const cli = (...args: string[]) => bench.run(process.execPath, MAIN, ...args);

  test("walks from init to a revocation list", async () => {
    expect(cli("--help").text).toContain("usage:");
    expect(cli("init", "--dir", "cli")).toMatchObject({ ok: true });
    expect(cli("init", "--dir", "cli").text).toContain("ALREADY_EXISTS");
    const tls = cli("tls", "--dir", "cli", "--node", "440300", "--kind", "service", "--name", "usage", "--out", "tls");
    expect(tls.text).toContain("ecert://440300/service/usage");
    expect(filesIn(join(bench.directory, "tls"))).toHaveLength(2);
    const { request } = await createDepartment(authority, "P-256");
    bench.file("request.pem", request);
    const serial = cli("signing", "--dir", "cli", "--request", "request.pem", "--out", "seal.pem").text.trim();
    expect(cli("revoke", "--dir", "cli", "--serial", serial, "--reason", "superseded").text).toContain("(superseded)");
    expect(cli("crl", "--dir", "cli", "--out", "lists").ok).toBe(true);
    expect(bench.openssl("crl", "-in", "lists/signing.crl.pem", "-noout", "-text").toLowerCase()).toContain(serial);
    expect(cli("list", "--dir", "cli").text).toMatch(new RegExp(`${serial} +signing +revoked`));
  });

  test.each([
    [["tls", "--dir", "ca"], "--name: is needed"],
    [["tls", "--dir", "ca", "--name", "a", "--node", "b", "--kind", "c"], "--kind: must be one of"],
    [["list", "--dir", "nowhere"], "holds no authority"],
    [["dance", "--dir", "ca"], "is unknown"],
    [["list", "--color"], "--color"],
    [["revoke", "--dir", "ca", "--serial", "ff"], "CERTIFICATE_UNKNOWN"],
    [["revoke", "--dir", "ca", "--serial", "ff", "--reason", "boredom"], "--reason"],
    [["signing", "--dir", "ca", "--request", "nowhere.pem", "--out", "x"], "--request"],
  ])("refuses %j in one line", (args, message) => {
    const { ok, text } = cli(...args);
    expect(ok).toBe(false);
    expect(text).toContain(message);
    expect(text.trim().split("\n")).toHaveLength(1);
  });
});
