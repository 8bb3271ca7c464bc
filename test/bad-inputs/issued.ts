import type { CatalogFile } from "../../ops/trial/catalog-files.ts";
import { orderFrom } from "../../ops/trial/connect.ts";
import type { Connector } from "../../services/client/index.ts";

/** Serials of certificates by their state. */
export const SERIALS = {
  inForce: "bad-in-force",
  revoked: "bad-revoked",
  suspended: "bad-suspended",
  permit: "bad-permit",
  made: "bad-made",
  discarded: "bad-discarded",
} as const;

/** Makes a certificate of every state; resolves to the identifiers of those that were issued, and of the one that was only made. */
export async function issuedCertificates({ issuing }: Connector, item: (name: string) => CatalogFile) {
  const licence = item("营业执照");
  const issued = async (serial: string, file = licence) => {
    await issuing.make(orderFrom(file, serial));
    return (await issuing.issue(serial)).identifier;
  };
  const inForce = await issued(SERIALS.inForce);
  const permit = await issued(SERIALS.permit, item("食品经营许可证"));
  const revoked = await issued(SERIALS.revoked);
  await issuing.revoke(revoked, "注销登记");
  const suspended = await issued(SERIALS.suspended);
  await issuing.suspend(suspended, "暂扣");
  const made = (await issuing.make(orderFrom(licence, SERIALS.made))).identifier;
  await issuing.make(orderFrom(licence, SERIALS.discarded));
  await issuing.discard(SERIALS.discarded, "录入错误");
  return { inForce, permit, revoked, suspended, made };
}
