import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAuthority } from "../authority/authority.ts";
import { readCatalogFiles } from "./catalog-files.ts";
import { keep, planCore, writeCore } from "./core.ts";
import { openOperator } from "./operator.ts";
import { PROVINCE } from "./plan.ts";
import { startProgram } from "./process.ts";
import { isReady } from "./ready.ts";
import { seedCatalog, seedUser } from "./seed.ts";

const d = mkdtempSync("/tmp/t1/x-");
const authority = createAuthority(join(d, "authority"));
const files = { root: join(d, "root.pem"), signing: join(d, "signing.pem"), revocationList: join(d, "crl.pem") };
writeFileSync(files.root, authority.certificates.root);
writeFileSync(files.signing, authority.certificates.signing);
writeFileSync(files.revocationList, authority.crl().signing);
const core = await planCore(PROVINCE, d, "one", authority);
core.processes[0]!.services = ["catalog", "issue", "usage"];
writeCore(core, [], authority, files, { engine: "sqlite" });
const p = core.processes[0]!;
const r = await startProgram({
  name: "core",
  script: "services/main.ts",
  args: ["--config", p.configFile],
  logDirectory: d,
  ready: () => isReady(p.admin),
});
const tls = keep(
  join(d, "440000"),
  "operator",
  authority.issueTls({ node: "440000", kind: "operator", name: "admin" }),
);
const op = openOperator({ ...tls, caFile: files.root });
const t = performance.now();
await seedCatalog(core, op, readCatalogFiles());
console.log("seeded", performance.now() - t);
op.close();
await r.stop();
console.log(readFileSync(r.logFile, "utf8").slice(0, 1500));
