import { expect, test } from "vitest";
import { readPicture } from "../../services/document/layout/picture.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { pngUri } from "./png.ts";

test("reads the size of PNG and JPEG", () => {
  expect(readPicture(pngUri(4, 3), "/data/photo")).toMatchObject({ format: "png", width: 4, height: 3, channels: 3 });
  const jpeg = Buffer.from("ffd8ffe00004000affc0000b080010002003011100", "hex");
  expect(readPicture(`data:image/jpeg;base64,${jpeg.toString("base64")}`, "/data/photo")).toMatchObject({
    format: "jpeg",
    width: 32,
    height: 16,
    channels: 3,
  });
});

test.each([
  ["no data URI", "photo.png"],
  ["another type", "data:image/gif;base64,R0lGODlh"],
  ["transparency", pngUri(2, 2, { type: 6 })],
  ["interlacing", pngUri(2, 2, { interlace: 1 })],
  ["16 bits", pngUri(2, 2, { depth: 16 })],
  ["sides beyond the limit", pngUri(5000, 1)],
  ["a file cut short", pngUri(40, 40).slice(0, -60).replace(/=*$/, "")],
  ["a chunk whose checksum is wrong", pngUri(40, 40).replace(/.{30}$/, (end) => end.replace("A", "B"))],
  ["a JPEG without a frame", `data:image/jpeg;base64,${Buffer.from("ffd8ffe00004000a", "hex").toString("base64")}`],
])("refuses %s by the name of the field", (_, uri) => {
  try {
    readPicture(uri, "/data/photo");
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({ reason: "DATA_INVALID", fields: [{ field: "/data/photo" }] });
    return;
  }
  throw new Error("the picture was accepted");
});
