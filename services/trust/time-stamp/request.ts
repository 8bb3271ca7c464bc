import { derTrue, octetString, oid, sequence, smallInteger, unsignedInteger } from "../der-write.ts";
import { IMPRINT_OIDS, type ImprintHash } from "./imprint.ts";

/** What a time stamp is asked for. */
export interface TimeStampOrder {
  hash: ImprintHash;
  /** Digest, by that hash, of what is to be stamped. */
  imprint: Uint8Array;
  /** Random octets that the answer must repeat, so that no older one can be passed off: at least 8. */
  nonce: Uint8Array;
  /** Policy (object identifier) under which it is to be made; default: the authority's own. */
  policy?: string;
}

/** DER of a TimeStampReq (RFC 3161 §2.4.1), version 1. It asks for the authority's certificate in the token. */
export function timeStampRequest({ hash, imprint, nonce, policy }: TimeStampOrder): Uint8Array {
  return sequence(
    smallInteger(1),
    sequence(sequence(oid(IMPRINT_OIDS[hash])), octetString(imprint)),
    ...(policy === undefined ? [] : [oid(policy)]),
    unsignedInteger(nonce),
    derTrue,
  );
}
