import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import {
  PutDepartmentRequestSchema,
  PutSealRequestSchema,
} from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { readRequest, readRequests } from "./request-file.ts";

const directory = mkdtempSync(join(tmpdir(), "ecert-request-file-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let files = 0;
function keep(content: string | Uint8Array, name = `${++files}.json`): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

test("a file holds one request or a list of them, each known by its place", () => {
  const [one] = readRequests(PutDepartmentRequestSchema, keep('{"department": {"code": "A"}}'));
  expect(one).toMatchObject({ request: { department: { code: "A" } }, json: { department: { code: "A" } } });
  const list = keep('[{"department": {"code": "A"}}, {"department": {"code": "B"}}]');
  expect(readRequests(PutDepartmentRequestSchema, list).map(({ place }) => place)).toEqual([
    `${list}[0]`,
    `${list}[1]`,
  ]);
});

test("texts and bytes are taken from files beside it", () => {
  mkdirSync(join(directory, "keys"));
  keep("PEM", "keys/seal.pem");
  keep(Uint8Array.of(0, 255), "keys/seal.esl");
  keep('{"kind": "round"}', "picture.json");
  const path = keep(
    JSON.stringify({
      seal: {
        signingCertificatePem: { $file: "keys/seal.pem" },
        electronicSeal: { $file: "keys/seal.esl" },
        pictureJson: { $file: "picture.json" },
      },
    }),
  );
  expect(readRequest(PutSealRequestSchema, path).seal).toMatchObject({
    signingCertificatePem: "PEM",
    electronicSeal: Uint8Array.of(0, 255),
    pictureJson: '{"kind": "round"}',
  });
});

test.each([
  ["{", "INVALID_FIELD", "不是 JSON · is not JSON"],
  ["[]", "INVALID_FIELD", "列表为空 · holds no request"],
  ["7", "INVALID_FIELD", "不是对象 · is no object"],
  ['{"department": {"codes": "A"}}', "UNKNOWN_FIELD", "department.codes"],
  ['[{"department": {}}, {"department": {"code": 7}}]', "INVALID_FIELD", "[1]: "],
  ['{"department": {"name": {"$file": "nowhere.txt"}}}', "INVALID_FIELD", "name: 无法读取"],
])("%s is refused, naming file and fault", (content, reason, told) => {
  const path = keep(content);
  const refused = () => readRequests(PutDepartmentRequestSchema, path);
  expect(refused).toThrow(expect.objectContaining({ reason, message: expect.stringContaining(told) }));
});

test("where one request is meant, several are refused", () => {
  const path = keep("[{}, {}]");
  expect(() => readRequest(PutDepartmentRequestSchema, path)).toThrow("holds several requests");
});
