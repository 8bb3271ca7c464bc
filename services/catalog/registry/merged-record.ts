import { canonicalJson } from "../../domain/canonical.ts";
import { withChange } from "../../registry/keep-record.ts";
import type { CatalogContext } from "../context.ts";
import { checkRegistryDocument } from "../stored/document-checks.ts";
import type { RegistryDocument } from "../stored/records.ts";

/**
 * What becomes of a record that a process of before stored, beside what is here by now; `undefined`: that stays. Of another node's the higher
 * count of changes counts, as for any that arrives. A record of this node that says something else than here, stored by who did not see what is
 * here, makes a change of its own: the one that was stored later counts, as a whole, and its change is above both.
 */
export async function mergedRecord(
  context: CatalogContext,
  former: RegistryDocument,
  here: RegistryDocument | undefined,
): Promise<RegistryDocument | undefined> {
  if (!here) return { ...former, revision: 1 };
  const { runtime, terms } = context;
  if (isSame(former, here)) return undefined;
  for (const document of [former, here]) checkRegistryDocument(document.kind)(document);
  const { pending, pendingSince, revision } = here;
  if (former.node !== runtime.config.node.code) {
    const { pending: _pending, pendingSince: _since, ...record } = former;
    if (former.changes <= here.changes) return undefined;
    return { ...record, revision, ...(pending && { pending }), ...(pendingSince !== undefined && { pendingSince }) };
  }
  const now = runtime.now();
  const { value } = (former.changedAt ?? "") > (here.changedAt ?? "") ? former : here;
  const changes = Math.max(former.changes, here.changes) + 1;
  const { kind, key } = former;
  runtime.log.warn(
    { record: former._id, changes },
    "a process of before stored a record that is here: the later counts",
  );
  const document = { ...here, value, changes, changedAt: now.toISOString(), ...terms.beside(here, value) };
  await runtime.evidence.append("registry-changed", { kind, key, changes, by: "former-process" });
  return terms.isHeard() ? withChange(terms, document, now) : document;
}

function isSame(a: RegistryDocument, b: RegistryDocument): boolean {
  const saying = ({ kind, node, key, changes, value }: RegistryDocument) =>
    canonicalJson({ kind, node, key, changes, value } as never);
  return saying(a) === saying(b);
}
