import type { DataMessage } from "../../domain/message.ts";
import { type CertificateDocument, placeOfIssuer } from "./certificate.ts";

/** What a certificate is looked for by, in full. */
export type FoundBy = "code" | "name" | "number" | "serial";

/** Key of the index by which certificates are found that bear a text. */
export function foundKey(by: FoundBy, text: string): string {
  return `${by}:${text}`;
}

/** What lists find a certificate by, whatever its state: its issuer, and what it bears. */
export function foundBy(
  message: DataMessage,
  businessSerial: string,
): Required<Pick<CertificateDocument, "issuer" | "division" | "foundBy">> {
  const { holders, number } = message.metadata;
  const keys = holders.flatMap(({ code, name }) => [foundKey("code", code), foundKey("name", name)]);
  keys.push(foundKey("number", number), foundKey("serial", businessSerial));
  return { ...placeOfIssuer(message), foundBy: [...new Set(keys)] };
}
