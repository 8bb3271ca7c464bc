import { randomUUID } from "node:crypto";
import type { CatalogFile } from "../../ops/trial/catalog-files.ts";
import { contextFor } from "../../ops/trial/connect.ts";
import type { MovableClock } from "./movable-clock.ts";
import { post } from "./post.ts";
import { APPS, MORE } from "./registered.ts";

const AGO_MS = 20 * 60_000;
/** Uses of one code, as the contract says. */
const USES = 60;

/** What codes are made with. */
export interface CodeOptions {
  item(name: string): CatalogFile;
  /** Clock of the core that makes them. */
  clock: MovableClock;
  tokenOf(app: string): Promise<string>;
  ca: Buffer;
  address: string;
}

/** Makes usage codes: one that is good, one that has expired, one that is spent, one of the app with the smallest quota. */
export async function madeCodes({ item, clock, tokenOf, ca, address }: CodeOptions) {
  const licence = item("营业执照");
  const call = async (method: string, body: object, token: string) =>
    post(address, `ecert.usage.v1.UsageService/${method}`, body, { ca, token });
  const requestId = randomUUID();
  const code = async (app: string, change: object = {}, at = new Date(), id: string = randomUUID()) => {
    const context = { ...contextFor(licence, "bad-case", at), ...change };
    const request = { requestId: id, context };
    return (await call("CreateUsageContext", request, await tokenOf(app))).usageCode as string;
  };
  await clock.set(-AGO_MS);
  const expired = await code(APPS.counter, {}, new Date(Date.now() - AGO_MS));
  await clock.set(0);
  const good = await code(APPS.counter, {}, new Date(), requestId);
  const spent = await code(APPS.counter);
  const token = await tokenOf(APPS.counter);
  const once = await code(APPS.once, { matterCode: MORE.onceMatter });
  await call("ListCertificates", { usageCode: once }, await tokenOf(APPS.once));
  return {
    /** Id of the request that made the good one. */
    requestId,
    expired,
    good,
    spent,
    once,
    /** Uses up the code that is to be spent. */
    async spend(identifier: string) {
      const request = { usageCode: spent, identifier };
      await Promise.all(
        Array.from({ length: USES / 4 }, async () => {
          for (let use = 0; use < 4; use++) await call("VerifyCertificate", request, token);
        }),
      );
    },
  };
}
