import { expect, test } from "vitest";
import { certificateIdentifier } from "./certificate-identifier.ts";
import { certificateSerial } from "./certificate-serial.ts";
import { mayHaveIssued, nodeOfIdentifier } from "./serial-node.ts";

const [CITY, OTHER] = ["440100", "440300"];
const identifier = (serial: string) =>
  certificateIdentifier({ typeCode: "11100000000013338W001", issuer: "11440100MB2C91870E", serial, version: 1 });
const issuedAt = (node: string) =>
  identifier(certificateSerial({ node, issueDate: "2026-11-24", app: "440100-scjg", businessSerial: "1" }));

test("5.7.4: an identifier names the node that issued it, so that no other need be asked", () => {
  for (const node of [CITY, "44010600", "440106001002", "TEST440100"]) {
    expect(nodeOfIdentifier(issuedAt(node))).toBe(node);
    expect([mayHaveIssued(node, issuedAt(node)), mayHaveIssued(OTHER, issuedAt(node))]).toEqual([true, false]);
  }
});

test("one whose serial was counted, and what is no identifier, name none: any node may have it", () => {
  for (const text of [identifier("44010020261124001"), "1.2.3", ""]) {
    expect(nodeOfIdentifier(text)).toBeUndefined();
    expect([mayHaveIssued(CITY, text), mayHaveIssued(OTHER, text)]).toEqual([true, true]);
  }
});
