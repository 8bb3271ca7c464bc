import type { JsonObject } from "../domain/canonical.ts";
import { shanghaiDay } from "../domain/civil-date.ts";
import { DRAWING, messageForm } from "../domain/message.ts";
import type { FaceSource } from "./face-source.ts";

/** Word that stands for what a sample does not have, and over what is drawn from one. */
export const SAMPLE = "样例";

/** What a sample is made from. */
export interface Sampled {
  name: string;
  typeCode: string;
  /** Name of who issues. */
  issuer: string;
  /** Holders at least, one in any case; whether they are organisations. */
  holders: number;
  ofOrganisations: boolean;
  data: JsonObject;
}

/** A message with an example's data and made-up metadata, which nobody can take for real ones. */
export function sampleMessage(
  { name, typeCode, issuer, holders, ofOrganisations, data }: Sampled,
  now: Date,
): FaceSource {
  const day = shanghaiDay(now);
  const codeType = ofOrganisations ? "001" : "111";
  return {
    ...messageForm(DRAWING),
    metadata: {
      identifier: `1.2.156.3005.2.${typeCode}.0.0.001.0`,
      number: "00000000",
      name,
      typeCode,
      itemCode: SAMPLE,
      itemVersion: 0,
      version: 1,
      holders: Array.from({ length: Math.max(holders, 1) }, (_, i) => ({
        name: `${SAMPLE}${i + 1}`,
        code: "0".repeat(18),
        codeType,
      })),
      issuer: { name: issuer, code: "0".repeat(18), division: "440000" },
      issueDate: day,
      validFrom: day,
      validTo: day,
      preparedAt: `${day}T00:00:00+08:00`,
      node: "440000",
      app: SAMPLE,
      businessSerial: SAMPLE,
      seal: SAMPLE,
    },
    data,
    attachments: [],
  };
}
