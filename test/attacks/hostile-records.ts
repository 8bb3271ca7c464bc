import type { MessageInitShape } from "@bufbuild/protobuf";
import type { RegistryRecordSchema } from "../../proto/gen/ecert/catalog/v1/registry_record_pb.ts";

/** A department of the honest city, and one of the hostile city's own. */
export const [VICTIM, OWN] = ["114401000000990003", "11440300000099001G"] as const;
export const [HONEST, HOSTILE, PROVINCE] = ["440100", "440300", "440000"] as const;
export const HASH = `scrypt$${"A".repeat(22)}$${"B".repeat(43)}`;
/** Until when secrets are good, as an honest node says it. */
export const TERMS = { made: "2026-01-01T00:00:00Z", ends: "2027-01-01T00:00:00Z" };

export type Sent = MessageInitShape<typeof RegistryRecordSchema>;
export type Kind = NonNullable<NonNullable<Sent["record"]>["case"]>;

export const department = (code: string, more = {}) => ({ code, name: "局", division: "440100", ...more });
export const app = (key: string, departmentCode: string = OWN, more = {}) => ({
  app: { key, name: "系统", departmentCode, scopes: ["usage.use"], ...more },
  secretHash: HASH,
});
export const matter = (departmentCode: string, more = {}) => ({
  code: "M-1",
  name: "事项",
  departmentCode,
  appKeys: [`${HOSTILE}-app`],
  items: [{ itemCode: "YYZZ", fields: ["address"] }],
  enabledOn: "2026-01-01",
  ...more,
});

export function opening(more = {}) {
  return {
    itemCode: "YYZZ",
    departmentCode: OWN,
    appKey: `${HOSTILE}-app`,
    sealCode: "SEAL-1",
    opensOn: "2026-01-01",
    ...more,
  };
}

export const seal = {
  code: "SEAL-1",
  name: "专用章",
  departmentCode: OWN,
  pictureJson: JSON.stringify({ kind: "round", name: "测试机关", caption: "电子证照专用章", diameter: 42 }),
  signingCertificatePem: "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n",
};
