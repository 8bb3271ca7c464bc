import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type Authority, createAuthority } from "../authority/authority.ts";
import { makeNode } from "../install/make-node.ts";
import { NODE_FILES, tlsFilesOf, tlsOf } from "../install/starter.ts";
import { nodeFactsOf, placeOf, SANDBOX_FILES, type SandboxPlan } from "./plan.ts";

/** Days for which its revocation lists are good: as long as its certificates. */
const LIST_DAYS = 365;

/**
 * Makes the folder of a sandbox where it is not there: an authority of its own, so that no certificate of it is good elsewhere, and the
 * node. Revocation lists and TLS certificates are renewed each time, since a sandbox is nobody's care for months.
 */
export async function makeSandbox(plan: SandboxPlan): Promise<Authority> {
  const node = (name: string) => placeOf(plan, SANDBOX_FILES.node, name);
  mkdirSync(placeOf(plan, SANDBOX_FILES.logs), { recursive: true, mode: 0o700 });
  const authority = createAuthority(placeOf(plan, SANDBOX_FILES.authority));
  if (!existsSync(node(NODE_FILES.config))) await makeNode(node(""), nodeFactsOf(plan));
  for (const name of tlsOf(plan.code)) {
    const { request, certificate } = tlsFilesOf(name);
    const { certPem } = authority.answerTls(readFileSync(node(request), "utf8"), { node: plan.code });
    writeFileSync(node(certificate), certPem);
  }
  const lists = authority.crl({ days: LIST_DAYS });
  writeFileSync(node(NODE_FILES.meshAuthority), authority.certificates.root);
  writeFileSync(node(NODE_FILES.signerRoot), authority.certificates.root);
  writeFileSync(node(NODE_FILES.signerAuthority), authority.certificates.signing);
  writeFileSync(node(NODE_FILES.signerRootList), lists.root);
  writeFileSync(node(NODE_FILES.signerList), lists.signing);
  return authority;
}
