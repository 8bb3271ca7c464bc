import { childrenOf, type DerElement, expectTag, onlyChildOf, readDer, TAG } from "../der.ts";
import { sequence, tagged } from "../der-write.ts";

/**
 * A token with only those certificates that `keep` names. Nothing signs the rest: authorities put roots and cross
 * certificates in, which take room in a PDF and which the strict verifier refuses. The token must be well formed.
 */
export function trimToken(token: Uint8Array, keep: (certificate: Uint8Array) => boolean): Uint8Array {
  const [type, wrapper] = childrenOf(readDer(token), TAG.sequence);
  const members = childrenOf(onlyChildOf(expectTag(wrapper, 0xa0)), TAG.sequence);
  const kept = members.map((member: DerElement) =>
    member.tag === 0xa0 ? tagged(0, ...childrenOf(member).flatMap(({ raw }) => (keep(raw) ? [raw] : []))) : member.raw,
  );
  return sequence(expectTag(type, TAG.oid).raw, tagged(0, sequence(...kept)));
}
