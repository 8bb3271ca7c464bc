import type { MessageInitShape } from "@bufbuild/protobuf";
import { expect } from "vitest";
import type { CertificateRecord } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type { UsageGroundSchema } from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { eventually } from "../node/eventually.ts";
import { type House, openHouse } from "../sync/house.ts";
import { daysAgo, makeCertificate } from "../sync/records.ts";

/** The city that issues. */
export const CITY = "440100";
/** The city that uses, or says that it does. */
export const USER = "440300";
/** Whom the honest case serves, and somebody else. */
export const HOLDER = "440301199303030030";
export const STRANGER = "440101199202020029";
/** Of every certificate; the matter is granted the name alone. */
export const DATA = { name: "岭海餐饮店", capital: "伍佰万元" };
const LATER = "2999-01-01";

/** What a city says that it asks for. */
export type Ground = MessageInitShape<typeof UsageGroundSchema>;

/** An honest one. */
export const HONEST = {
  node: USER,
  appKey: "440300-zwdt",
  matterCode: "matter-1",
  purpose: "办理开办餐饮店",
  usageCodeDigest: "ab".repeat(32),
  holderCodeType: "111",
  holderCode: HOLDER,
} satisfies Ground;

/** A province with two cities, of which one issued `a-1` and `a-2` to the holder and `a-3` to a stranger. */
export interface CrossCityScene {
  house: House;
  recordOf(name: string): CertificateRecord;
}

/** Starts it, and waits until the province has the certificates. */
export async function openCrossCity(): Promise<CrossCityScene> {
  const records = new Map<string, CertificateRecord>();
  const house = await openHouse([CITY, USER]);
  const granted = { itemCode: "item-1", fields: ["name"], files: [FileFormat.PDF, FileFormat.MESSAGE] };
  const everything = ["item-1", "item-2"].map((itemCode) => ({
    itemCode,
    fields: ["name", "capital"],
    files: [FileFormat.PDF, FileFormat.OFD, FileFormat.MESSAGE, FileFormat.MESSAGE_SIGNATURE],
  }));
  house.catalog.matters = [
    { node: USER, app: "440300-zwdt", code: "matter-1", items: [granted] },
    { node: USER, app: "440300-zwdt", code: "matter-later", items: everything, enabledOn: LATER },
    { node: CITY, app: "440100-zwdt", code: "matter-1", items: everything },
  ];
  for (const [name, itemCode, holderCode] of [
    ["a-1", "item-1", HOLDER],
    ["a-2", "item-2", HOLDER],
    ["a-3", "item-1", STRANGER],
  ] as const) {
    const order = { node: CITY, name, itemCode, holderCode, issuedAt: daysAgo(1), data: DATA };
    const { record, blobs } = makeCertificate(house.department, order);
    records.set(name, record);
    await house.node(CITY).issue.put(record, blobs);
  }
  await eventually(async () => expect(await house.node(CITY).issue.pending()).toBe(0));
  return { house, recordOf: (name) => records.get(name) as CertificateRecord };
}
