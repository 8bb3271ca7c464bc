import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { FileFormat } from "../../services/client/index.ts";
import { signIn } from "../trial/holder.ts";
import type { Trial } from "../trial/trial.ts";
import type { Narrator } from "./narrator.ts";
import { pdfsig } from "./outside.ts";

/** 5.5.2, 5.9.5: the holder signs in at the portal, sees the licence and who has used it, and takes a copy; others see none of it. */
export async function seeOwn(trial: Trial, narrator: Narrator, artefacts: string, identifier: string): Promise<void> {
  if (!trial.portal) return;
  narrator.step(
    "持证主体查询",
    "The holder signs in at the portal (OpenID), sees the licence and who has used it, and takes a copy",
  );
  const { pengwan, province } = trial.cores;
  const holder = await signIn(trial, "yunfan");
  const { certificates } = await holder.call(province, "listOwnCertificates");
  const listed = certificates.some((one) => one.identifier === identifier);
  narrator.check("the company's officer finds its licence at the province", "oidc-provider, openid-client", listed);
  const { file } = await holder.call(province, "fetchOwnFile", { identifier, format: "FILE_FORMAT_PDF" });
  const copy = join(artefacts, "营业执照.holder.pdf");
  writeFileSync(copy, file?.format === FileFormat.PDF ? file.content : "");
  narrator.check("the copy is the signed original", "pdfsig", pdfsig(copy).good);
  const { uses } = await holder.call(pengwan, "listUses");
  const seen = uses.some((use) => use.identifier === identifier && use.action === "extracted");
  narrator.check("the officer sees each use in the other city", "platform", seen);
  narrator.say([...new Set(uses.map(({ action, purpose }) => `${action}：${purpose}`))].join("；"));
  const other = await signIn(trial, "wangshili");
  const theirs = (await other.call(province, "listOwnCertificates")).certificates.length;
  narrator.check(
    "another person sees none of it",
    "platform",
    theirs + (await other.call(pengwan, "listUses")).uses.length === 0,
  );
  const guest = await signIn(trial, "guest");
  const refused = guest.call(pengwan, "listUses").then(
    () => "",
    (error) => error.message,
  );
  narrator.check("who is not identified by real name is refused", "platform", (await refused) === "TOKEN_REFUSED");
}
