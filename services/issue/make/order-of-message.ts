import { parseCertificateIdentifier } from "../../domain/certificate-identifier.ts";
import { type DataMessage, type MessageMetadata, nextVersion } from "../../domain/message.ts";
import { type Order, orderDigest } from "./order.ts";

/**
 * Digests of the orders from which a data message may have been made, the likeliest first: by them a department's repeated call is known
 * where the order itself was lost. There is more than one only where an order may leave to the core what it may also state: the last day of
 * validity, the number and the version of a replacement. All of these orders ask for the very same certificate.
 */
export function orderDigestsOf({ metadata, data, attachments }: DataMessage): [string, ...string[]] {
  const { businessSerial, itemCode, issuer, holders, issueDate, validFrom, validTo, replaces, version } = metadata;
  const certain = { businessSerial, itemCode, issuerCode: issuer.code, holders, issueDate, data, attachments };
  const orders: Order[] = [];
  // What may be left out comes second: an order with an origin signature states it.
  for (const stated of version === nextVersion(replaces) ? [undefined] : [version, undefined])
    for (const last of validTo === undefined ? [undefined] : [validTo, undefined])
      for (const number of numbersOf(metadata))
        orders.push({
          ...certain,
          ...(number !== undefined && { number }),
          ...(validFrom !== undefined && { validFrom }),
          ...(last !== undefined && { validTo: last }),
          ...(replaces !== undefined && { replaces }),
          ...(stated !== undefined && { version: stated }),
        });
  return orders.map(orderDigest) as [string, ...string[]];
}

/** A number of its own is stated, but where a replacement may take it over. Any other is the serial, which nobody need state. */
function numbersOf(metadata: MessageMetadata): (string | undefined)[] {
  const { number, replaces } = metadata;
  if (!isNumberGiven(metadata)) return [undefined, number];
  return replaces === undefined ? [number] : [number, undefined];
}

/** Whether a certificate bears a number that its department gave, and not the serial that the platform gives. */
export function isNumberGiven({ identifier, number }: MessageMetadata): boolean {
  return number !== parseCertificateIdentifier(identifier).serial;
}
