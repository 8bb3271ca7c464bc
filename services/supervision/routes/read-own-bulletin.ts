import type { BulletinService } from "../../../proto/gen/ecert/supervision/v1/bulletin_service_pb.ts";
import { ownAccountOf } from "../../call/chain/own-account.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import { type BulletinDocument, bulletinUnknown } from "../bulletin/bulletin-record.ts";
import { bulletinFile } from "../bulletin/bulletin-view.ts";
import type { SupervisionContext } from "../context.ts";
import { inspectionId } from "../inspections/inspection-record.ts";

/** Gives a file of a bulletin to whom it was delivered, and keeps when that was first read, before it is given. */
export function readOwnBulletin(context: SupervisionContext): Handlers<typeof BulletinService>["readOwnBulletin"] {
  const { bulletins, runtime } = context;
  return async ({ division, quarter, form }, { reach }) => {
    const account = ownAccountOf(reach);
    const _id = inspectionId(division, quarter);
    const found = await bulletins.get(_id);
    if (!found?.accounts.includes(account)) throw bulletinUnknown();
    const readAt = runtime.now().toISOString();
    await changeStored(bulletins, _id, async (old: BulletinDocument | undefined = found) => {
      const own = old.addressees.find((one) => one.account === account);
      if (!own || own.readAt) return undefined;
      await runtime.evidence.append("bulletin-read", { division, quarter, account });
      return { ...old, addressees: old.addressees.map((one) => (one === own ? { ...one, readAt } : one)) };
    });
    return bulletinFile(runtime, found, form);
  };
}
