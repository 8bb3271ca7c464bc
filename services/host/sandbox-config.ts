import { type FieldViolation, terminalFault } from "../domain/refusal.ts";
import { bearsSandboxMark, isSandboxNode, SANDBOX_MARK } from "../domain/sandbox.ts";
import type { NodeConfig } from "./config.ts";
import { isProvince } from "./place.ts";
import { SERVICE_NAMES } from "./services.ts";

/** Services of the one process of a sandbox: all that systems talk to, and none that counts. */
export const SANDBOX_SERVICES = SERVICE_NAMES.filter((name) => name !== "supervision");

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
  if (services.length !== SANDBOX_SERVICES.length || !SANDBOX_SERVICES.every((name) => services.includes(name))) {
    const remedy = `write ${SANDBOX_SERVICES.join(", ")}: its one process records what each system sends, and nothing is counted`;
    found.push(terminalFault("/services", "are not those of a sandbox", remedy));
  }
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

function faultsOfTrusted({ sandboxes = [] }: NodeConfig): FieldViolation[] {
  const found: FieldViolation[] = [];
  for (const [index, { node }] of sandboxes.entries()) {
    const at = `/sandboxes/${index}/node`;
    const first = sandboxes.findIndex((one) => one.node === node);
    if (first !== index) found.push(terminalFault(at, "is given twice", "name each sandbox once"));
    if (isSandboxNode(node)) continue;
    found.push(terminalFault(at, "is no code of a sandbox", `write ${SANDBOX_MARK} and the code of its division`));
  }
  return found;
}
