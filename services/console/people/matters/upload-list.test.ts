import { create } from "@bufbuild/protobuf";
import { type Client, createClient, createRouterTransport } from "@connectrpc/connect";
import { expect, test } from "vitest";
import {
  MatterFileFormat,
  MatterImportSchema,
  MatterImportState,
  MatterImportTarget,
} from "../../../../proto/gen/ecert/catalog/v1/matter_import_pb.ts";
import { MatterService } from "../../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { formatOf, type Uploaded, uploadList } from "./upload-list.ts";

const FILE = {
  ...{ format: MatterFileFormat.CSV, target: MatterImportTarget.LIST, rowsOnly: false, endedOn: "" },
  content: new Uint8Array(1_200_000).map((_, at) => at),
};

/** A node that receives one file; `breaks` is the part at which it is away, once. */
function receiving(breaks = -1): {
  matters: Client<typeof MatterService>;
  received: () => Uint8Array;
  parts: number[];
} {
  const parts: Uint8Array[] = [];
  const numbers: number[] = [];
  let away = breaks;
  const told = () => {
    const receivedBytes = parts.reduce((sum, part) => sum + part.length, 0);
    const whole = receivedBytes === FILE.content.length;
    const state = whole ? MatterImportState.RECEIVED : MatterImportState.RECEIVING;
    return {
      import: create(MatterImportSchema, { id: "i", state, parts: parts.length, receivedBytes: BigInt(receivedBytes) }),
    };
  };
  const transport = createRouterTransport(({ service }) => {
    service(MatterService, {
      startMatterImport: told,
      putMatterImportPart({ part, content }) {
        numbers.push(part);
        if (part === away) {
          away = -1;
          throw new Error("away");
        }
        parts.push(content);
        return told();
      },
    });
  });
  const received = () => new Uint8Array(parts.flatMap((part) => [...part]));
  return { matters: createClient(MatterService, transport), received, parts: numbers };
}

test("6.2.2.2: a list comes in parts and in its order; one that broke off goes on behind what has come", async () => {
  const { matters, received, parts } = receiving(1);
  const heard: Uploaded[] = [];
  const upload = () =>
    uploadList(
      matters,
      FILE,
      (uploaded) => heard.push(uploaded),
      () => false,
    );
  await expect(upload()).rejects.toThrow();
  await expect(upload()).resolves.toMatchObject({ state: MatterImportState.RECEIVED });
  expect(parts).toEqual([0, 1, 1, 2]);
  expect(Buffer.compare(received(), FILE.content)).toBe(0);
  expect(heard.at(-1)).toEqual({ done: 1_048_576, sent: 524_288 });
});

test("it stops between parts where it is told to", async () => {
  const { matters, parts } = receiving();
  const stopped = await uploadList(
    matters,
    FILE,
    () => undefined,
    () => parts.length === 1,
  );
  expect(stopped).toMatchObject({ state: MatterImportState.RECEIVING, parts: 1 });
});

test("a file is known by its ending", () => {
  expect(["a.CSV", "a.b.xlsx", "a.json", "a.xls", "a"].map(formatOf)).toEqual([
    ...[MatterFileFormat.CSV, MatterFileFormat.XLSX, MatterFileFormat.JSON, undefined, undefined],
  ]);
});
