import { formOf, type Released } from "../runtime/certificate-release.ts";
import type { CodeDocument } from "./code-record.ts";
import { verdictOf } from "./verdict.ts";

/** A certificate as a user sees it before extracting anything (minimum disclosure, 5.9.6). */
export function usableView(certificate: Released, { grant }: CodeDocument, day: string) {
  const { identifier, itemCode, name, maskedNumber, issuerName, node } = certificate;
  const { fields = [], files = [] } = grant.items.find(({ item }) => item === itemCode) ?? {};
  return {
    identifier,
    itemCode,
    name,
    maskedNumber,
    issuerName,
    node,
    verdict: verdictOf(certificate, day),
    fields: [...fields],
    formats: certificate.formats.map(formOf).filter((form) => form !== undefined && files.includes(form)) as string[],
  };
}
