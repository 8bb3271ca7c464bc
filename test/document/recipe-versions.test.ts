import { expect, test } from "vitest";
import { RECIPE_HEAD, writeRecipe } from "../../services/document/pieces/recipe.ts";
import { joinFile } from "../../services/document/pieces/split-file.ts";
import { USUAL } from "../../services/document/pieces/usual-octets.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";

const front = Buffer.from("a shared front, as long as it likes\n");

/** Recipes as the versions wrote them, of every kind of pieces that they know, and the files that they give. */
const WRITTEN = {
  1: {
    recipe:
      "RUNSAY6rqoIusW5Qan/Uow0oeGKWnhF5NKRdiAYts53PBbWQ3xsFAKYBAQAHIBIPGZq8AfMl2jQABAIBByASDxmavAHzJdo0AAAotS/9IKqtAABwb25lIOivgeeFp3R3bwoBAJkpRwQ=",
    sha256: "b10ec2a82f2f9eb4c14913d3b3a5ab002f05a7f52a0ee56cca88ce9f7ffd1d3d",
  },
  2: {
    recipe:
      "RUNSAo6rqoIusW5Qan/Uow0oeGKWnhF5NKRdiAYts53PBbWQzSMIAMoBAQAHIBIPGZq8AfMl2jQABAMVAAYEBigCAQcgEg8ZmrwB8yXaNAAAT4kBb25lIARg6K+B54WnjR0C1RwL0yoBzR0AnhTwQiAvdHdvCv5L+IKSCLpC6LqS6Loq6ILqCP6r+AAgAPvNUI2XyF9LAMUBsLo2QADAuP7PAIJ4KLq+GLrQwLqJAILoIP6PUHRocmVlCjCCAQID/g==",
    sha256: "5069ac266eeb94dbe4b722d4dcb64327cb656c79c120cc649cb560050ed8b378",
  },
};

// Files are kept by these for ever. Whoever sees this fail adds a version, and leaves this one as it is.
test.each(Object.entries(WRITTEN))(
  "a recipe of version %s gives the file that it was made of",
  (_version, { recipe, sha256 }) => {
    expect(sha256Hex(joinFile(Buffer.from(recipe, "base64"), front))).toBe(sha256);
  },
);

test("the octets in front of every text of recipes of version 2 are these", () => {
  expect(sha256Hex(USUAL)).toBe("ee07e5b64cb5ffc69d5071b7d1b8605edc7ddc608cb4ba1a82922b510760ce99");
});

const [V1, V2] = [1, 2].map((version) =>
  Buffer.from(WRITTEN[version as 1 | 2].recipe, "base64").subarray(0, RECIPE_HEAD),
);

test.each([
  ["of a version that is not known", 3, [40, 1, 0, 4], "no recipe of a known version"],
  [
    "of version 1 with a piece that came with version 2",
    1,
    [40, 1, 3, 21],
    "recipes of version 1 have no pieces of kind 3",
  ],
  ["with a piece of another kind", 2, [40, 1, 5, 4, 4], "have no pieces of kind 5"],
  ["of more than is ever split", 2, [0x81, 0x80, 0x40, 1, 0, 4], "more than is ever split"],
  ["of more pieces than are ever split", 2, [40, 65], "more than is ever split"],
  ["of a larger code than there is", 2, [0xff, 0x7f, 1, 3, 0xb2, 1], "a larger code than there is"],
  ["of more digits than have room", 2, [40, 1, 4, 5, 9], "more digits than have room"],
  ["that gives more than it tells", 2, [40, 1, 4, 4, 41], "gives more than it tells"],
  ["that is cut off", 2, [40, 1, 0], "cut off"],
  ["of a front that is longer than its file", 2, [4, 1, 0, 4, 0x40, 1, 2, 3, 4], "has a front of 36"],
  ["that gives fewer octets", 2, [44, 1, 0, 4, 0x40, 1, 2, 3, 4], "a recipe of 44 bytes gives 40"],
])("a recipe %s is refused", (_what, version, octets, cause) => {
  const head = Buffer.from(version === 1 ? (V1 as Buffer) : (V2 as Buffer));
  head[3] = version as number;
  expect(() => joinFile(Buffer.concat([head, Buffer.from(octets as number[])]), front)).toThrow(cause);
});

test("texts that follow each other are one piece, however they are packed", () => {
  const pieces = Array.from({ length: 200 }, (_, at) => ({ octets: Buffer.of(at), dense: at % 2 > 0 }));
  const recipe = writeRecipe({ fixed: sha256Hex(front), length: front.length + 200, pieces });
  expect(joinFile(recipe, front).subarray(front.length)).toEqual(Buffer.concat(pieces.map(({ octets }) => octets)));
});
