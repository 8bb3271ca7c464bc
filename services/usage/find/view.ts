import { Verdict } from "../../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { formOf, type Released } from "../../record/certificate-release.ts";
import type { CodeDocument } from "../codes/code-record.ts";
import { verdictOf } from "./verdict.ts";

/**
 * A certificate as a user sees it before extracting anything (minimum disclosure, 5.9.6). `outdated` is a node that was started from an older copy of
 * itself, if any: its certificates may have been revoked since.
 */
export function usableView(certificate: Released, { grant }: CodeDocument, day: string, outdated?: string) {
  const { identifier, itemCode, name, maskedNumber, issuerName, node } = certificate;
  const { fields = [], files = [] } = grant.items.find(({ item }) => item === itemCode) ?? {};
  const verdict = verdictOf(certificate, day);
  return {
    identifier,
    itemCode,
    name,
    maskedNumber,
    issuerName,
    node,
    verdict: node === outdated && verdict === Verdict.VALID ? Verdict.UNDETERMINED : verdict,
    fields: [...fields],
    formats: certificate.formats.map(formOf).filter((form) => form !== undefined && files.includes(form)) as string[],
  };
}
