import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { FileFormat } from "../../services/client/index.ts";
import type { CatalogFile } from "../trial/catalog-files.ts";
import { connect, contextFor } from "../trial/connect.ts";
import { type SignedIn, signIn } from "../trial/holder.ts";
import { USER } from "../trial/plan.ts";
import type { Trial } from "../trial/trial.ts";
import type { Narrator } from "./narrator.ts";
import { pdfsig } from "./outside.ts";

/** 5.5.2, 5.9.5: the holder signs in at the portal, sees the licence and who has used it, and takes a copy; others see none of it. */
export async function seeOwn(
  trial: Trial,
  narrator: Narrator,
  artefacts: string,
  licence: CatalogFile,
  identifier: string,
): Promise<void> {
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
  await present(trial, narrator, holder, licence, identifier);
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

/** 亮证: the holder shows the company's name alone by a QR code at the province; an officer of another city redeems it, once. */
async function present(
  trial: Trial,
  narrator: Narrator,
  holder: SignedIn,
  licence: CatalogFile,
  identifier: string,
): Promise<void> {
  const { pengwan, province } = trial.cores;
  const { text } = await holder.call(province, "createPresentation", { identifier, fields: ["name"] });
  narrator.say(`亮证码 ${text.slice(0, "ecert:present:440000:".length)}…（60 秒，一次） · the QR code`);
  const officer = connect(trial, USER.appKey, pengwan, province);
  const session = officer.use(contextFor(licence, "YW-2026-亮证", new Date()));
  const { data, receipt } = await session.redeem(text);
  const again = await session.redeem(text).then(
    () => "",
    (error) => error.reason,
  );
  officer.close();
  const { consent } = JSON.parse(receipt?.statementJson ?? "{}");
  const shown = Object.keys(data ?? {}).join() === "name" && consent?.provider !== undefined;
  narrator.check(
    "an officer of another city redeems what the company shows, that alone and once, with the consent in the receipt",
    "platform",
    shown && again === "PRESENTATION_SPENT",
  );
}
