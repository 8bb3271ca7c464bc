import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { CertificateSchema } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { certificateIdentifier } from "../domain/certificate-identifier.ts";
import { shanghaiDay } from "../domain/civil-date.ts";
import { begunOrder, replacingOrder } from "./begun-order.ts";

const old = {
  identifier: certificateIdentifier({
    typeCode: "11100000000013338W001",
    issuer: "114401000000990003",
    serial: "000001",
    version: 1,
  }),
  issuerCode: "114401000000990003",
  holders: [{ name: "岭海云帆软件有限公司", code: "91440106MA9DEM2A6K", codeType: "001" }],
  message: new TextEncoder().encode('{"data":{"name":"岭海云帆软件有限公司","capital":500}}'),
};

test("an order is begun for today, with a serial and a draft that no other has, and a place for each holder", () => {
  const [one, other] = [begunOrder("114401000000990003", 2), begunOrder("114401000000990003", 0)];
  expect(one).toMatchObject({ issueDate: shanghaiDay(new Date()), holders: [{}, {}] });
  expect(other.holders).toEqual([{}]);
  expect(one.businessSerial).not.toBe(other.businessSerial);
  expect(one.draft).not.toBe(other.draft);
});

test("4.4.4 a replacement has holders and data of the old one, and its number only where the department gave it", () => {
  const own = replacingOrder(create(CertificateSchema, { ...old, number: "000001" }));
  expect(own).toMatchObject({ holders: old.holders, data: { capital: 500 }, issuerCode: old.issuerCode });
  expect(own).not.toHaveProperty("number");
  expect(replacingOrder(create(CertificateSchema, { ...old, number: "粤-7" })).number).toBe("粤-7");
});
