import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ArchiveService } from "../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { CertificateState } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { LinkService } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { eventually } from "../node/eventually.ts";
import { type House, openHouse, PROVINCE } from "./house.ts";
import { changed, daysAgo, identifierOf, makeCertificate } from "./records.ts";

const CITY = "440100";

describe("4.6.2, 5.7.3: what a city issues reaches the province's archive by itself", () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse([CITY]);
  });
  afterAll(() => house?.close());

  const archive = () => house.node(PROVINCE).usage.client(ArchiveService, "sync");
  const root = async () => (await archive().listBuckets({ node: CITY })).root;

  test("a certificate and its changes arrive, with files of several pieces, and nothing stays pending", async () => {
    const { issue } = house.node(CITY);
    const order = { node: CITY, name: "c-1", issuedAt: daysAgo(1), pdfBytes: 1_300_000 };
    const { record, blobs } = makeCertificate(house.department, order);
    await issue.put(record, blobs);
    await eventually(async () => expect(await root()).toBe(await issue.root()));
    await issue.put(changed(record, CertificateState.SUSPENDED, daysAgo(0)));
    await eventually(async () => {
      expect(await root()).toBe(await issue.root());
      expect(await issue.pending()).toBe(0);
    });
    const { record: kept } = await archive().getCertificate({ identifier: identifierOf("c-1") });
    expect(kept?.state).toBe(CertificateState.SUSPENDED);
    const { file } = await archive().getFile({ identifier: identifierOf("c-1"), format: FileFormat.PDF });
    expect(Buffer.compare(file?.content ?? Buffer.alloc(0), blobs[0] as Uint8Array)).toBe(0);
  });

  test("both ends tell the state of the link", async () => {
    const { operator, address } = house.node(CITY);
    const { links } = await operator.client(LinkService, address).getLinks({});
    expect(links).toMatchObject([{ node: PROVINCE, connected: true, pending: 0n, lastSent: 2n, lastConfirmed: 2n }]);
    const province = house.node(PROVINCE);
    const there = await province.operator.client(LinkService, province.address).getLinks({});
    expect(there.links).toMatchObject([{ node: CITY, lastReceived: 2n, gaps: 0n, lagMs: 0n }]);
  });
});
