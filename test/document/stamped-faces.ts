import { join } from "node:path";
import { createAuthority } from "../../ops/authority/authority.ts";
import { makeStampFiles, type StampFiles } from "../../ops/time-stamp/files.ts";
import { startStampServer } from "../../ops/time-stamp/server.ts";
import { createFaceRenderer } from "../../services/document/face.ts";
import type { LongTermTrust } from "../../services/document/pdf/long-term-options.ts";
import { embedSignature, rangeDigest } from "../../services/document/prepared-pdf.ts";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { parseCertificate } from "../../services/trust/certificate.ts";
import { readSignedData } from "../../services/trust/cms-read.ts";
import { fromPem } from "../../services/trust/pem.ts";
import { createRevocationSource } from "../../services/trust/revocation.ts";
import { attachTimeStamp } from "../../services/trust/time-stamp/attach.ts";
import { createTimeStampClient, type TimeStampClient } from "../../services/trust/time-stamp/client.ts";
import { draft, licence } from "../attacks/scene.ts";
import { createDepartment, type Department } from "../trust/department.ts";

/** A face that was signed now and stamped by OpenSSL's authority, and PEM files of all that it takes to extend it. */
export interface StampedFace {
  pdf: Buffer;
  /** Who signed it. */
  department: Department;
  trust: LongTermTrust;
  root: string;
  signing: string;
  /** Revocation lists of both, made after the signature. */
  lists: string;
}

/** OpenSSL's time stamp authority, and faces stamped by it. */
export interface StampedFaces {
  files: StampFiles;
  url: string;
  client: TimeStampClient;
  face(kind: "P-256" | "RSA"): Promise<StampedFace>;
  close(): Promise<void>;
}

/** Starts the authority in a directory. */
export async function openStampedFaces(directory: string, read: (path: string) => string): Promise<StampedFaces> {
  const files = makeStampFiles(join(directory, "tsa"));
  const server = await startStampServer(files);
  const trust = createTrustAnchors([read(files.rootFile)]);
  const timeStamps = { trust, revocation: createRevocationSource([read(files.revocationListFile)], trust.anchors) };
  const client = createTimeStampClient({ url: server.url, anchors: () => timeStamps });
  return {
    files,
    url: server.url,
    client,
    async face(kind) {
      const authority = createAuthority(join(directory, kind));
      const department = await createDepartment(authority, kind);
      const item = licence();
      const face = createFaceRenderer().compile(JSON.stringify(item.template), item.sealPicture);
      const prepared = face.preparePdf(draft(item, "2026000001"));
      const cms = department.signDigest(rangeDigest(prepared, "sha256"), { pades: true });
      const stamped = attachTimeStamp(cms, await client.stamp(readSignedData(cms).signature));
      const { root, signing } = authority.certificates;
      const lists = authority.crl();
      const issuers = fromPem("CERTIFICATE", root + signing).map(parseCertificate);
      const revocation = createRevocationSource([lists.root, lists.signing], issuers);
      return {
        pdf: Buffer.from(embedSignature(prepared, stamped)),
        department,
        trust: { trust: createTrustAnchors([root]), revocation, timeStamps },
        root,
        signing,
        lists: lists.root + lists.signing,
      };
    },
    async close() {
      client.close();
      await server.stop();
    },
  };
}
