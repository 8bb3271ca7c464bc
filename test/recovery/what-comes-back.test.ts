import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SERVICES } from "../../services/host/services.ts";
import { NEVER_LEFT, neverLeft } from "../../services/sync/recovery/never-left.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../../ops/ecert/README.md"), "utf8");
/** The section of the operators' page, by what its rows name in code type. */
const TABLE = PAGE.slice(PAGE.indexOf("### What comes back from where"));

/** Collections that come back from other nodes; the tests of recoveries bring each of them back. */
const BACK = [
  ...["catalog_departments", "catalog_seals", "catalog_openings", "catalog_matters"],
  ...["catalog_delegations", "catalog_drafts", "catalog_lists", "catalog_items"],
  ...["catalog_owners", "catalog_rights", "catalog_node_keys", "issuer_register", "identity_apps"],
  ...["certificates", "archive"],
];
/** What a process makes anew, or what counts for minutes: nobody misses it. */
const MADE_ANEW = [
  ...["catalog_registry", "catalog_answers", "catalog_refused_tokens", "catalog_carried_over", "catalog_terms_mark"],
  ...["identity_codes", "identity_assertions", "identity_answers", "identity_refused_tokens", "identity_carried"],
  "identity_apps_mark",
  ...["issue_counters", "agent_heads", "issue_agents", "lost_signatures", "issue_hours", "forked"],
  ...["migrations", "outgoing", "delivered-blobs", "confirmed", "incoming", "received", "quarantine"],
  ...["standing", "recoveries", "comparisons", "forks", "published"],
  // Told again by every process from its evidence, as far as that is there.
  ...["supervision_acts", "supervision_streams"],
];

test("4.6.2: of every collection of every service it is said whether it comes back, is made anew, or never left its node", () => {
  const named = NEVER_LEFT.flatMap(({ collections }) => collections);
  const all: string[] = SERVICES.flatMap(({ collections }) => [...collections]);
  expect(all.filter((name) => ![...BACK, ...MADE_ANEW, ...named].includes(name))).toEqual([]);
  expect([...BACK, ...MADE_ANEW, ...named].filter((name) => !all.includes(name))).toEqual([]);
  for (const { service, collections } of NEVER_LEFT) {
    const own: readonly string[] = SERVICES.find(({ name }) => name === service)?.collections ?? [];
    expect(collections.filter((name) => !own.includes(name))).toEqual([]);
  }
});

test("what never left a node is told by its services and its role, and stands on the operators' page", () => {
  const told = (role: "province" | "city", services: Parameters<typeof neverLeft>[0]["services"]) =>
    neverLeft({ node: { role, code: "440100", name: "" }, services, mesh: {} }).length;
  expect([told("city", ["sync"]), told("city", ["identity"]), told("province", ["identity"])]).toEqual([0, 1, 2]);
  for (const { english } of NEVER_LEFT) expect(TABLE).toContain(english);
});
