import { type FieldViolation, terminalFault } from "../domain/refusal.ts";
import { bearsSandboxMark, isSandboxNode, SANDBOX_MARK } from "../domain/sandbox.ts";
import type { NodeConfig } from "./config.ts";
import { isProvince } from "./place.ts";
import type { ServiceName } from "./services.ts";

/** Services that the one process of a sandbox needs: those that systems talk to, and whom these call. */
export const SANDBOX_SERVICES: ServiceName[] = ["catalog", "identity", "governance", "issue", "usage", "sync"];

/**
 * What keeps sandbox and production apart (6.2.4): a sandbox has a marked code and stands alone, so that nothing of it is ever replicated or
 * counted, and no node of production takes one for a peer.
 */
export function sandboxContradictions(config: NodeConfig): FieldViolation[] {
  return [...(config.sandbox ? faultsOfSandbox(config) : faultsOfProduction(config)), ...faultsOfTrusted(config)];
}

function faultsOfSandbox({ node, services, peers, nats, sandboxes }: NodeConfig): FieldViolation[] {
  const found: FieldViolation[] = [];
  const alone = "remove it: a sandbox stands alone, and nothing of it is replicated or counted";
  if (!isSandboxNode(node.code)) {
    const remedy = `write ${SANDBOX_MARK} and the code of the division, for example ${SANDBOX_MARK}440100`;
    found.push(terminalFault("/node/code", "is no code of a sandbox", remedy));
  }
  if (!isProvince(node)) {
    const remedy = "write province: a sandbox publishes its own items and says itself who issues what";
    found.push(terminalFault("/node/role", "is not that of a sandbox", remedy));
  }
  if (peers.length > 0) found.push(terminalFault("/peers", "are given to a sandbox", alone));
  if (nats) found.push(terminalFault("/nats", "is given to a sandbox", alone));
  if (sandboxes)
    found.push(terminalFault("/sandboxes", "are given to a sandbox", "name them where reports are judged"));
  const missing = SANDBOX_SERVICES.filter((name) => !services.includes(name));
  if (missing.length > 0) {
    const remedy = `add ${missing.join(", ")}: the one process of a sandbox records what each system sends`;
    found.push(terminalFault("/services", "lack what a sandbox needs", remedy));
  }
  if (services.includes("supervision")) found.push(terminalFault("/services", "count what is issued and used", alone));
  return found;
}

function faultsOfProduction({ node, peers }: NodeConfig): FieldViolation[] {
  const found: FieldViolation[] = [];
  if (bearsSandboxMark(node.code)) {
    const remedy = "add `sandbox`, or write the code of a division alone";
    found.push(terminalFault("/node/code", "is marked as that of a sandbox", remedy));
  }
  for (const [index, peer] of peers.entries()) {
    if (!bearsSandboxMark(peer.node)) continue;
    const remedy = "remove it: name a sandbox whose reports count in `sandboxes`";
    found.push(terminalFault(`/peers/${index}/node`, "is a sandbox", remedy));
  }
  return found;
}

/**
 * Whether a system must have passed in a sandbox before an opening names it (6.2.4, 6.4.5.1, 6.4.6.1): where the configuration says so; where it says nothing,
 * at every node that knows a sandbox, since there departments can have reports and nobody should forget to ask for one. A node that knows none could believe none.
 */
export function sandboxReportNeeded({
  governance,
  sandboxes = [],
}: Pick<NodeConfig, "governance" | "sandboxes">): boolean {
  const said = governance?.openings.sandboxReport;
  return said === undefined ? sandboxes.length > 0 : said === "required";
}

function faultsOfTrusted({ sandboxes = [], governance }: NodeConfig): FieldViolation[] {
  const found: FieldViolation[] = [];
  if (governance?.openings.sandboxReport === "required" && sandboxes.length === 0) {
    const remedy = "name the sandboxes whose reports count in `sandboxes`, or write optional";
    found.push(terminalFault("/governance/openings/sandboxReport", "asks for reports that nobody could give", remedy));
  }
  for (const [index, { node }] of sandboxes.entries()) {
    const at = `/sandboxes/${index}/node`;
    const first = sandboxes.findIndex((one) => one.node === node);
    if (first !== index) found.push(terminalFault(at, "is given twice", "name each sandbox once"));
    if (isSandboxNode(node)) continue;
    found.push(terminalFault(at, "is no code of a sandbox", `write ${SANDBOX_MARK} and the code of its division`));
  }
  return found;
}
