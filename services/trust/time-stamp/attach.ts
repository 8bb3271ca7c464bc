import { childrenOf, expectTag, malformed, onlyChildOf, readDer, TAG } from "../der.ts";
import { bitString, oid, sequence, setOf, tagged } from "../der-write.ts";
import { OID } from "../oid.ts";

/**
 * Puts a time stamp token over the signature value into a CMS signature as its unsigned attribute signature-time-stamp
 * (ETSI EN 319 122-1 §5.3): level B-B becomes B-T. What was signed stays as it is. Refuses (`INVALID_FIELD`) a signature that is
 * malformed, of several signers, or has unsigned attributes already. Verifies nothing.
 */
export function attachTimeStamp(cms: Uint8Array, token: Uint8Array): Uint8Array {
  const [type, wrapper] = childrenOf(readDer(cms), TAG.sequence);
  const members = childrenOf(onlyChildOf(expectTag(wrapper, 0xa0)), TAG.sequence);
  const signers = expectTag(members.pop(), TAG.set);
  const signer = childrenOf(onlyChildOf(signers), TAG.sequence);
  if (signer.some(({ tag }) => tag === 0xa1)) throw malformed("the signature has unsigned attributes already");
  const attribute = sequence(oid(OID.signatureTimeStamp), setOf([token]));
  const stamped = sequence(...signer.map(({ raw }) => raw), tagged(1, attribute));
  return sequence(
    expectTag(type, TAG.oid).raw,
    tagged(0, sequence(...members.map(({ raw }) => raw), setOf([stamped]))),
  );
}

/**
 * Puts a time stamp token over the signature value into a signature by electronic seal: `timeStamp [0] BIT STRING` at the end
 * of SES_Signature (GB/T 38540; version 4 and 5). Also into a seal of version 5 (SESeal of GM/T 0031-2025), which has the same place
 * at its end. Refuses (`INVALID_FIELD`) one that is malformed or has a time stamp already. Verifies nothing.
 */
export function attachSealTimeStamp(der: Uint8Array, token: Uint8Array): Uint8Array {
  const members = childrenOf(readDer(der), TAG.sequence);
  if (members.length !== 4) throw malformed("not a signature by seal without a time stamp");
  return sequence(...members.map(({ raw }) => raw), tagged(0, bitString(token)));
}
