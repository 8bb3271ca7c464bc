import { CERTIFICATE_STATES } from "../../domain/certificate-state.ts";
import { instantOf } from "../../domain/instant.ts";
import type { DataMessage } from "../../domain/message.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type CertificateDocument, messageOf } from "./certificate.ts";

/**
 * What readers of a stored certificate rely on, whatever is stored there. Throws `RECORD_UNREADABLE`, or what the parser of the
 * message throws; never tells what it found, which may be personal. Pending events are read by the outbox alone.
 */
export function checkDocument(document: CertificateDocument): void {
  const { state, changes, version, history } = document;
  require("state", CERTIFICATE_STATES.includes(state));
  require("changes", Number.isSafeInteger(changes) && Number.isSafeInteger(version));
  require("history", Array.isArray(history) && history.every((one) => isText(one?.state) && isText(one.at)));
  for (const member of TEXTS) require(member, isText(document[member]));
  checkMessage(document);
  checkOfficers(document);
  checkSigned(document);
  checkFault(document);
}

/** Whether a stored certificate can be read. */
export function isReadable(document: CertificateDocument): boolean {
  try {
    checkDocument(document);
    return true;
  } catch {
    return false;
  }
}

const TEXTS = ["app", "businessSerial", "itemCode", "number", "line", "createdAt", "stateSince"] as const;
const FAULT_TEXTS = ["reason", "message", "localized", "at", "callId"] as const;
const SIGNED_TEXTS = ["issuedAt", "messageCms", "pdfSha256"] as const;

function checkMessage(document: CertificateDocument): void {
  const message: Partial<DataMessage> | null = messageOf(document);
  const { metadata } = message ?? {};
  require("message.metadata", metadata?.identifier === document._id && isText(metadata.node) && isText(metadata.name));
  require("message.metadata.issuer", isText(metadata?.issuer?.code) && isText(metadata.issuer.name));
  const holders: unknown = metadata?.holders;
  require("message.metadata.holders", Array.isArray(holders) && holders.every((one) => isText(one?.code)));
  require("message.attachments", Array.isArray(message?.attachments));
}

function checkSigned({ signed, bucket, holderKeys }: CertificateDocument): void {
  if (signed === undefined) return;
  for (const member of SIGNED_TEXTS) require(`signed.${member}`, isText(signed?.[member]));
  require("signed.issuedAt", !Number.isNaN(instantOf(signed.issuedAt)));
  require("bucket", isText(bucket));
  require("holderKeys", Array.isArray(holderKeys));
}

/** Members that documents of before lack. */
function checkOfficers({ issuer = "", division = "", madeBy, issuedBy }: CertificateDocument): void {
  require("issuer", isText(issuer) && isText(division));
  for (const officer of [madeBy, issuedBy])
    require("madeBy", officer === undefined || (isText(officer?.account) && isText(officer.name)));
}

function checkFault({ lastFault }: CertificateDocument): void {
  if (lastFault === undefined) return;
  for (const member of FAULT_TEXTS) require(`lastFault.${member}`, isText(lastFault?.[member]));
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function require(member: string, sound: boolean): void {
  if (!sound) throw new Refusal("RECORD_UNREADABLE", `${member} is missing or wrong`);
}
