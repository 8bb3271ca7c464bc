/**
 * Measures sessions of staff: `node ops/bench/sessions.ts` begins 10,000 of a thousand accounts in a real store and asks for each as another process
 * of the node does. It prints what both ends keep of them in memory, and what one answer costs.
 */
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { create } from "@bufbuild/protobuf";
import {
  CheckSessionRequestSchema,
  CheckSessionResponseSchema,
} from "../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import { staffSessions } from "../../services/call/chain/sessions.ts";
import type { AccountDocument } from "../../services/identity/accounts/account-record.ts";
import { openContext } from "../../services/identity/open-context.ts";
import { checkSession } from "../../services/identity/routes/check-session.ts";
import { beginSession, endSessionsOf } from "../../services/identity/sessions/sessions.ts";
import { openTestRuntime, testCall } from "../../test/fixtures/runtime.ts";
import { createAuthority } from "../authority/authority.ts";
import { type Figure, figureLine } from "./figure.ts";

const SESSIONS = 10_000;
const ACCOUNTS = 1_000;
const MOST_MEGABYTES = 50;
/** Keys take long to make, and a certificate is as large whoever's it is. */
const CERTIFICATES = 50;
const DEPARTMENT = { organization: "岭海市天湾区市场监督管理局", organizationCode: "11440106MB9DEM11X6" };

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as (how: object) => void;
/** Collects, and gives back to the system what is free. */
const collect = () => gc({ type: "major", execution: "sync", flavor: "last-resort" });
const directory = mkdtempSync(join(tmpdir(), "ecert-sessions-"));
try {
  for (const figure of await measure()) process.stdout.write(`${figureLine(figure).trim()}\n`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function measure(): Promise<Figure[]> {
  const authority = createAuthority(join(directory, "authority"));
  const files = { anchorFiles: [join(directory, "staff.pem")], revocationListFiles: [join(directory, "staff.crl")] };
  writeFileSync(files.anchorFiles[0] as string, authority.certificates.staff);
  writeFileSync(files.revocationListFiles[0] as string, authority.crl().staff);
  const [origin, now] = ["https://node.localhost", new Date().toISOString()];
  const staff = { origin, signInOrigin: origin, authorities: files, idleSeconds: 1_800, absoluteSeconds: 43_200 };
  const house = await openTestRuntime({ service: "identity", now, config: { staff } });
  const context = await openContext(house.runtime);
  const certificates = Array.from({ length: CERTIFICATES }, () => {
    const { certPem } = authority.issueStaff({ name: "张三", ...DEPARTMENT, key: "rsa" });
    const { raw, fingerprint256, subject, validToDate } = new X509Certificate(certPem);
    const fingerprint = fingerprint256.replaceAll(":", "").toLowerCase();
    const bound = { fingerprint, subject, expires: validToDate.toISOString(), bound: now };
    return { bound, shown: { fingerprint, certificates: [raw.toString("base64")] } };
  });
  const accounts = Array.from({ length: ACCOUNTS }, (_, index): AccountDocument => {
    const id = `440100-staff-${index}`;
    const { bound } = certificates[index % CERTIFICATES] as (typeof certificates)[number];
    return {
      ...{
        _id: id,
        revision: 1,
        account: id,
        name: "张三",
        department: DEPARTMENT.organizationCode,
        division: "440106",
      },
      // The index holds a certificate for one account: the others have it in their list alone.
      ...{ roles: ["maker", "auditor"], disabled: false, certificates: [bound], fingerprints: [] },
    };
  });
  await context.accounts.insertMany(accounts);

  const asked = { digest: "" };
  const check = checkSession(context);
  const sessions = staffSessions({
    identity: {
      async checkSession(request) {
        asked.digest = request.digest ?? "";
        const answer = await check(create(CheckSessionRequestSchema, asked), testCall());
        return create(CheckSessionResponseSchema, answer);
      },
    },
    node: "440100",
    monotonic: () => 0,
  });
  const begin = async () => {
    const secrets: string[] = [];
    for (let index = 0; index < SESSIONS; index++) {
      const place = index % ACCOUNTS;
      const { shown } = certificates[place % CERTIFICATES] as (typeof certificates)[number];
      const hints = { agent: "Mozilla/5.0", address: "127.0.0.1" };
      secrets.push((await beginSession(context, accounts[place] as AccountDocument, shown, hints)).secret);
    }
    house.evidence.length = 0;
    return secrets;
  };
  /** Microseconds of processor time for each. */
  const knowAll = async (secrets: readonly string[]) => {
    const started = process.cpuUsage();
    for (const secret of secrets) await sessions.actorOf({ secret, sameOrigin: true, forget() {} });
    const { user, system } = process.cpuUsage(started);
    return (user + system) / secrets.length;
  };
  // What a process has had once is no cost of those that live: as many have come and gone before.
  await knowAll(await begin());
  for (const { _id } of accounts) await endSessionsOf(context, _id, "owner");
  house.evidence.length = 0;
  collect();
  const before = process.memoryUsage();
  const secrets = await begin();
  const first = await knowAll(secrets);
  collect();
  const after = process.memoryUsage();
  const again = await knowAll(secrets);
  const megabytes = (member: "rss" | "heapUsed") => (after[member] - before[member]) / 2 ** 20;
  await house.close();
  const what = `${SESSIONS.toLocaleString("en-US")} live sessions`;
  return [
    {
      name: `heap that ${what} keep, at both ends`,
      value: megabytes("heapUsed"),
      unit: "MB",
      aim: MOST_MEGABYTES,
      below: true,
    },
    {
      name: `resident memory that ${what} have added`,
      value: megabytes("rss"),
      unit: "MB",
      aim: MOST_MEGABYTES,
      below: true,
    },
    {
      name: "asking identity who somebody is",
      value: first,
      unit: "µs of processor",
      note: "store, account and certificate judged",
    },
    { name: "knowing it from the last three seconds", value: again, unit: "µs of processor" },
  ];
}
