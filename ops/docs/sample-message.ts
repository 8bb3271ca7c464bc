import type { FaceSource } from "../../services/document/face-source.ts";
import { certificateIdentifier } from "../../services/domain/certificate-identifier.ts";
import { DRAWING, messageForm } from "../../services/domain/message.ts";
import type { CatalogFile } from "../trial/catalog-files.ts";

/** The data message that the example of a seed item gives. */
export function sampleMessage(seed: CatalogFile): FaceSource {
  const { number, issuer, holders, issueDate, validFrom, validTo, data } = seed.example;
  return {
    ...messageForm(DRAWING),
    metadata: {
      identifier: certificateIdentifier({
        typeCode: seed.typeCode,
        issuer: issuer.code,
        serial: "2026112400012345",
        version: 1,
      }),
      number,
      name: seed.name,
      typeCode: seed.typeCode,
      itemCode: seed.code,
      itemVersion: 1,
      version: 1,
      holders,
      issuer,
      issueDate,
      ...(validFrom !== undefined && { validFrom }),
      ...(validTo !== undefined && { validTo }),
      preparedAt: "2026-11-24T10:15:00+08:00",
      node: "440100",
      app: "example-app",
      businessSerial: "2026-0001",
      seal: "EXAMPLE-SEAL",
    },
    data,
    attachments: [],
  };
}
