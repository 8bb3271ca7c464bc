import { certificateIdentifier, parseCertificateIdentifier } from "../services/domain/certificate-identifier.ts";
import { certificateSerial } from "../services/domain/certificate-serial.ts";
import { type MessageMetadata, nextVersion } from "../services/domain/message.ts";
import { numberFault } from "../services/domain/sandbox.ts";
import { refuseMember } from "./refuse-member.ts";

/** How far the order that the department signed says what the names are. */
export interface NamesGiven {
  /** The order was signed by the department's system; else the core vouches for it. */
  signed: boolean;
  /** The order states the number. */
  number: boolean;
}

/**
 * Computes identifier, number and version of a certificate, and holds the message to them: nobody chooses them. The serial follows from
 * node, day, app and business serial; a replacement keeps what it replaces but for the version, which is the next one unless the
 * signed order states a later. Throws `POLICY_REFUSED` with the `member`.
 */
export function checkNames(metadata: Omit<MessageMetadata, "preparedAt" | "seal">, given: NamesGiven): void {
  const { node, typeCode, issuer, version, replaces } = metadata;
  const serial = replaces === undefined ? certificateSerial(metadata) : replacedSerial(metadata, replaces);
  const least = nextVersion(replaces);
  // Where an order states a version, the origin signature was verified with it: see `originStatementOf`.
  const stated = replaces !== undefined && version > least;
  if (version !== least && !stated) throw refuseMember("metadata.version", String(version), `it is ${least}`);
  const identifier = certificateIdentifier({ typeCode, issuer: issuer.code, serial, version });
  if (metadata.identifier !== identifier)
    throw refuseMember("metadata.identifier", metadata.identifier, `it is ${identifier}`);
  if (!serial.startsWith(node))
    throw refuseMember("metadata.replaces", replaces ?? "", `it was not issued at node ${node}`);
  const unsuited = numberFault(node, metadata.number);
  if (unsuited !== undefined) throw refuseMember("metadata.number", metadata.number, unsuited);
  const numberIsFree = given.number || !given.signed;
  if (!numberIsFree && metadata.number !== serial) {
    const remedy = "where the department gives the number, the order that it signs must state it";
    throw refuseMember("metadata.number", metadata.number, `it is ${serial}`, remedy);
  }
}

/** Whether a message bears a number that somebody has given, and not the one that follows from the order. */
export function bearsGivenNumber(metadata: MessageMetadata): boolean {
  const { number, replaces } = metadata;
  return number !== (replaces === undefined ? certificateSerial(metadata) : replacedSerial(metadata, replaces));
}

/** A replacement keeps type, issuer and serial. */
function replacedSerial({ typeCode, issuer }: Pick<MessageMetadata, "typeCode" | "issuer">, replaces: string): string {
  const old = parseCertificateIdentifier(replaces);
  if (old.typeCode === typeCode && old.issuer === issuer.code) return old.serial;
  throw refuseMember("metadata.replaces", replaces, "a replacement keeps type and issuer");
}
