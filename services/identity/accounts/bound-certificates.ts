import { refuseField } from "../../domain/refusal.ts";
import type { JudgedCertificate } from "../certificates/judge-certificate.ts";
import type { AccountDocument, BoundCertificateRecord } from "./account-record.ts";

/** Certificates of an account at most: one, those that renew it, and spares of a person with several keys. */
export const MOST_CERTIFICATES = 5;

type Bound = Pick<AccountDocument, "certificates" | "fingerprints">;

/** Certificates of an account as they are stored. */
export function boundAs(certificates: readonly BoundCertificateRecord[]): Bound {
  return { certificates, fingerprints: certificates.map(({ fingerprint }) => fingerprint) };
}

/** An account without the certificates that have expired: nobody signs in with them. */
export function withoutExpired<T extends Bound>(account: T, now: Date): T {
  return { ...account, ...boundAs(account.certificates.filter(({ expires }) => new Date(expires) > now)) };
}

/** An account of a department without the certificates that name another (5.8.3): who moves needs one of the new department. */
export function withoutForeign<T extends Bound & Pick<AccountDocument, "department">>(account: T): T {
  const own = account.certificates.filter(
    ({ department }) => department === undefined || department === account.department,
  );
  return { ...account, ...boundAs(own) };
}

/** An account with one more certificate, and without those that have expired. Refuses (`TOO_LARGE`) a sixth. */
export function withCertificate<T extends Bound>(account: T, judged: JudgedCertificate, now: Date, field: string): T {
  const current = withoutExpired(account, now);
  const { fingerprint, subject, expires, organizationCode: department } = judged;
  if (current.fingerprints.includes(fingerprint)) return current;
  if (current.fingerprints.length >= MOST_CERTIFICATES) {
    const description = `the account has ${MOST_CERTIFICATES} certificates already`;
    const localized = `该账户已绑定${MOST_CERTIFICATES}张证书，请先解除不再使用的证书`;
    throw refuseField("TOO_LARGE", field, description, "unbind one that is not used any more", localized);
  }
  const named = department === undefined ? {} : { department };
  const added = { fingerprint, subject, expires, bound: now.toISOString(), ...named };
  return { ...current, ...boundAs([...current.certificates, added]) };
}

/** An account without one of its certificates. Refuses (`INVALID_FIELD`) one that it does not have: a slip must not look like done. */
export function withoutCertificate<T extends Bound>(account: T, fingerprint: string): T {
  const rest = account.certificates.filter((one) => one.fingerprint !== fingerprint);
  if (rest.length < account.certificates.length) return { ...account, ...boundAs(rest) };
  const localized = "该账户没有绑定此指纹的证书，请从账户的证书列表中选取";
  const remedy = "take it from the certificates of the account";
  throw refuseField("INVALID_FIELD", "fingerprint", "no certificate of the account has it", remedy, localized);
}
