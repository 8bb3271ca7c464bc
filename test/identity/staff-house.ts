import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { globSync, writeFileSync } from "node:fs";
import { type RequestOptions, request } from "node:https";
import { join } from "node:path";
import { createAuthority } from "../../ops/authority/authority.ts";
import { freePorts } from "../../ops/trial/ports.ts";
import { catalogService } from "../../services/catalog/main.ts";
import type { ChainEntry } from "../../services/domain/hash-chain.ts";
import type { Role } from "../../services/domain/role.ts";
import type { StaffConfig } from "../../services/host/staff-config.ts";
import { type AccountDocument, openAccounts } from "../../services/identity/accounts/account-record.ts";
import { identityService } from "../../services/identity/main.ts";
import { EVIDENCE } from "../../services/journal/evidence.ts";
import { readJournal } from "../../services/journal/read-journal.ts";
import { type RunningNode, startNode } from "../../services/node/node.ts";
import type { Runtime, ServiceModule } from "../../services/node/runtime.ts";
import { changeStored } from "../../services/store/compare-and-set.ts";
import { callFrom } from "../node/call-from.ts";
import { makeNodeFiles, NODE } from "../node/node-files.ts";

/** Host of the node, as browsers know it. */
export const HOST = "linghai.ecert.localhost:8443";
export const ORIGIN = `https://${HOST}`;
/** The department of these people. */
export const DEPARTMENT = "11440106MB9DEM11X6";

/** An answer over HTTPS. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  // biome-ignore lint/suspicious/noExplicitAny: the answer of anything
  body: any;
}

/** A certificate with its key, PEM, as a browser shows it. */
export interface CertificateKey {
  cert: string;
  key: string;
  serial: string;
}

/** A node of two processes, of which one keeps accounts and sessions and the other the registry. */
export type StaffHouse = Awaited<ReturnType<typeof openStaffHouse>>;

/** Starts the node. The clock of the process that keeps sessions is the host's, moved. `more` is configured of staff beside what all tests need. */
export async function openStaffHouse(more: Partial<StaffConfig> = {}) {
  const files = makeNodeFiles();
  const path = (name: string) => join(files.directory, name);
  // Authorities are older than any certificate that has ended.
  createAuthority(path("staff-authority"), { now: () => new Date(Date.now() - 100 * 86_400_000) });
  const authority = createAuthority(path("staff-authority"));
  const listFile = path("staff.crl");
  const publish = () => writeFileSync(listFile, authority.crl().staff);
  publish();
  writeFileSync(path("staff.pem"), authority.certificates.staff);
  const [identityMesh, catalogMesh] = (await freePorts(2)).map((port) => `127.0.0.1:${port}`) as [string, string];
  const free = { address: "127.0.0.1:0" };
  let moved = 0;
  let runtime: Runtime | undefined;
  const keeping: ServiceModule = {
    name: "identity",
    start(given) {
      runtime = given;
      return identityService.start(given);
    },
  };
  const keeper = await startNode(
    files.config(["identity"], {
      listeners: { mesh: { address: identityMesh }, connect: free, signIn: free },
      mesh: { catalog: { addresses: [catalogMesh] } },
      staff: {
        origin: ORIGIN,
        signInOrigin: "https://linghai.ecert.localhost:9443",
        authorities: { anchorFiles: [path("staff.pem")], revocationListFiles: [listFile] },
        idleSeconds: 1_800,
        absoluteSeconds: 43_200,
        ...more,
      },
    }),
    [keeping],
    { now: () => new Date(Date.now() + moved), monotonic: () => performance.now() },
  );
  const registry = await startNode(
    files.config(["catalog"], {
      listeners: { mesh: { address: catalogMesh }, connect: free },
      mesh: { identity: { addresses: [identityMesh] } },
      tokens: { ...files.config(["catalog"]).tokens, privateKeyFile: files.tokenKeyFile },
    }),
    [catalogService],
  );
  const accounts = await openAccounts(runtime as unknown as Runtime);
  const { ca } = files.identity(files.certify("operator", ["ops"]));
  const operator = files.identity(files.certify("operator", ["admin"]));
  const at = ({ addresses }: RunningNode, listener: "connect" | "signIn") => addresses[listener] as string;

  return {
    files,
    authority,
    publish,
    addresses: { connect: at(keeper, "connect"), signIn: at(keeper, "signIn"), registry: at(registry, "connect") },
    operator,
    ca,
    /** Moves the clock of the process that keeps sessions. */
    moveClock(milliseconds: number) {
      moved = milliseconds;
    },
    staffKey(name: string, more: Partial<{ organizationCode: string; key: "p256" | "rsa" }> = {}): CertificateKey {
      const order = { name, organization: "岭海市天湾区市场监督管理局", organizationCode: DEPARTMENT, ...more };
      const { certPem, keyPem, serial } = authority.issueStaff(order);
      return { cert: certPem, key: keyPem, serial };
    },
    /** Keeps an account as it is told, whatever it was before. */
    async keepAccount(
      id: string,
      change: Partial<AccountDocument> & { roles: readonly Role[] },
      bound?: CertificateKey,
    ) {
      const _id = `${NODE}-${id}`;
      const certificates = bound ? [boundOf(bound)] : [];
      await changeStored(accounts, _id, (old) => ({
        ...{ _id, revision: 1, account: _id, name: id, department: DEPARTMENT, division: "440106", disabled: false },
        ...{ certificates, fingerprints: certificates.map(({ fingerprint }) => fingerprint) },
        ...old,
        ...change,
      }));
      return _id;
    },
    /** Has the registry know the department, as an operator does. */
    async putDepartment() {
      const department = { code: DEPARTMENT, name: "岭海市天湾区市场监督管理局", division: "440106" };
      const method = "ecert.catalog.v1.RegistryService/PutDepartment";
      const { status } = await callFrom("127.0.0.1", at(registry, "connect"), method, { department }, operator);
      if (status !== 200) throw new Error(`the registry answers ${status}`);
    },
    send: (address: string, options: RequestOptions, body?: string) => send(address, { ca, ...options }, body),
    /** Stops both processes, and reads what the one of a service has written as evidence. */
    async lastEvidence(service: "identity" | "catalog") {
      await Promise.all([keeper.stop(), registry.stop()]);
      const [directory = ""] = globSync(`data-*/evidence/${service}-a`, { cwd: files.directory });
      const found: ChainEntry[] = [];
      await readJournal(path(directory), EVIDENCE, 1, (entry) => found.push(entry));
      return found.map(({ kind, body }) => ({ kind, body }));
    },
    async close() {
      await Promise.all([keeper.stop(), registry.stop()]);
      files.remove();
    },
  };
}

/** What an account keeps of a certificate. */
export function boundOf({ cert }: CertificateKey) {
  const { fingerprint256, subject, validToDate } = new X509Certificate(cert);
  const fingerprint = fingerprint256.replaceAll(":", "").toLowerCase();
  return { fingerprint, subject, expires: validToDate.toISOString(), bound: new Date().toISOString() };
}

/** Sends a request as to the node's own host name, wherever it listens. */
async function send(address: string, options: RequestOptions, body?: string): Promise<Answer> {
  const [host, port] = address.split(":");
  const headers = { host: HOST, ...(options.headers as Record<string, string>) };
  const call = request({ host, port, servername: "localhost", agent: false, ...options, headers });
  call.end(body);
  const [response] = await once(call, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const json = String(response.headers["content-type"]).includes("json");
  return { status: response.statusCode, headers: response.headers, body: json ? JSON.parse(text) : text };
}
