import { readFileSync } from "node:fs";
import type { JsonObject } from "@bufbuild/protobuf";
import { ACCOUNTS, type Account } from "../../ops/portal/people.ts";
import { signInAtPortal } from "../../ops/portal/sign-in.ts";
import type { CatalogFile } from "../../ops/trial/catalog-files.ts";
import { contextFor } from "../../ops/trial/connect.ts";
import type { Trial } from "../../ops/trial/trial.ts";
import { post } from "./post.ts";

/** Access token of the company's officer, who signs in at the trial's portal. */
export async function holderToken({ portal }: Trial): Promise<string> {
  const account = ACCOUNTS.find((one) => one.account === "yunfan") as Account;
  if (!portal) throw new Error("the trial has no portal");
  return signInAtPortal(portal.url, readFileSync(portal.caFile, "utf8"), account);
}

/** What presentations are made with. */
export interface ShownOptions {
  /** Connect addresses of the province, where the holder signs in, and of the city of the app. */
  province: string;
  city: string;
  ca: Buffer;
  holder: string;
  counter: string;
  identifier: string;
  licence: CatalogFile;
}

/** Makes presentations of a licence: one that was redeemed, one that its holder took back; requests and names of both. */
export async function shownCertificates({ province, city, ca, holder, counter, identifier, licence }: ShownOptions) {
  const asHolder = (method: string, body: object) =>
    post(province, `ecert.usage.v1.HolderService/${method}`, body, { ca, token: holder });
  const show = () => asHolder("CreatePresentation", { identifier, fields: ["name"] });
  const [spent, withdrawn] = [await show(), await show()];
  await asHolder("CancelPresentation", { presentationId: withdrawn.presentationId as string });
  const context = JSON.parse(JSON.stringify(contextFor(licence, "bad-case", new Date()))) as JsonObject;
  const request = { requestId: "bad-redeemed", presentation: spent.text as string, context };
  await post(city, "ecert.usage.v1.UsageService/RedeemPresentation", request, { ca, token: counter });
  return { request, spentId: spent.presentationId as string, withdrawn: withdrawn.text as string };
}
