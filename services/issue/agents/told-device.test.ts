import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { DeviceSchema } from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { toldDevice } from "./told-device.ts";

const told = (device: { kind?: string; label?: string; serial?: string }) => toldDevice(create(DeviceSchema, device));

test("a device is kept as its agent told of it, and an agent of before tells of none", () => {
  expect(told({ kind: "pkcs11", label: "民政局", serial: "0f3a" })).toEqual({
    ...{ kind: "pkcs11", label: "民政局", maker: "", model: "", serial: "0f3a" },
  });
  expect(toldDevice(undefined)).toBeUndefined();
});

test("of what a device tells 64 characters are kept, none that moves or hides others, and no kind that is not known here", () => {
  expect(told({ label: "密".repeat(65) })?.label).toBe("密".repeat(64));
  expect(told({ serial: " a\u0000\u001b[31mb\u202ec\n" })?.serial).toBe("a[31mbc");
  expect(told({ kind: "cloud" })?.kind).toBe("");
});
