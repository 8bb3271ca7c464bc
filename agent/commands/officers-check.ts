import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { addDays, shanghaiDay } from "../../services/domain/civil-date.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { readOfficerList } from "../../services/trust/officers/officer-list.ts";
import type { AgentConfig } from "../config/agent-config.ts";
import { PAGE_DOCUMENT } from "../page/page-server.ts";
import { asksOfficers, type Policy } from "../policy.ts";
import { SOON_DAYS } from "../seal-terms.ts";
import type { CheckList } from "./check.ts";
import { expiryCheck } from "./seal-keys.ts";

/** Whether each department's list of officers could be taken; whether it is older than one that was, the agent itself tells. */
export async function checkOfficers(
  list: CheckList,
  policy: Pick<Policy, "officers"> | undefined,
  node: string,
  now: Date,
): Promise<void> {
  for (const [department, { listFile, key }] of policy?.officers ?? []) {
    const remedy = "put the list there that the department has signed (ecert officers)";
    await list.attempt(`officers of ${department}`, remedy, async () => {
      const { version, until, from, officers, ...whose } = readOfficerList(readFileSync(listFile, "utf8"), key);
      if (whose.department !== department || whose.node !== node)
        throw new Refusal("INVALID_FIELD", `${listFile} is of ${whose.department} at node ${whose.node}`);
      const detail = `version ${version}, ${officers.length} officer(s), ${from} to ${until}`;
      const day = shanghaiDay(now);
      if (day < from || day > until) throw new Refusal("INVALID_FIELD", `${detail}: not in force today`);
      return until < addDays(day, SOON_DAYS) ? { outcome: "warn", detail, remedy } : { outcome: "ok", detail };
    });
  }
}

/** Whether the page for officers can be opened: its certificate is of its host and holds, its files are built, and there is one where the policy needs it. */
export async function checkOfficerPage(
  list: CheckList,
  { officerPage }: Pick<AgentConfig, "officerPage">,
  policy: Pick<Policy, "items"> | undefined,
  now: Date,
): Promise<void> {
  const rules = [...(policy?.items.values() ?? [])].filter(asksOfficers);
  if (!officerPage && !rules.some(({ origin }) => origin === "officer-here")) return;
  const remedy =
    "configure officerPage: a certificate of the host that its origin names, and the folder that npm run build-screens makes";
  await list.attempt("page for officers", remedy, async () => {
    if (!officerPage)
      throw new Refusal("INVALID_FIELD", "the policy has items with officer-here, and there is no page");
    const { origin, tls, builtDirectory } = officerPage;
    const certificate = new X509Certificate(readFileSync(tls.certificateFile));
    const { hostname } = new URL(origin);
    if (!certificate.checkHost(hostname)) throw new Error(`the certificate is not of ${hostname}`);
    if (!existsSync(join(builtDirectory, PAGE_DOCUMENT))) throw new Error(`${builtDirectory} has no ${PAGE_DOCUMENT}`);
    const page = expiryCheck("page for officers", certificate.validFromDate, certificate.validToDate, now);
    return { ...page, detail: `${origin}; ${page.detail}` };
  });
}
