import { describe, expect, test } from "vitest";
import { joinPages, newestFirst, type Placed, placeOf, requirePlace } from "./certificate-place.ts";

const at = (second: number, identifier: string): Placed => ({
  issuedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
  identifier,
});
const ids = (items: readonly Placed[]) => items.map(({ identifier }) => identifier).join("");

describe("the place of a certificate in a list", () => {
  test("is later for the newer, and for the greater identifier of one instant, however the time is written", () => {
    const list = [at(1, "a"), at(3, "c"), at(2, "b"), at(3, "d")].sort(newestFirst);
    expect(ids(list)).toBe("dcba");
    const zone = { issuedAt: "2026-01-01T08:00:01+08:00", identifier: "a" };
    expect(placeOf(zone)).toBe(placeOf(at(1, "a")));
  });

  test("is its token; anything else is refused", () => {
    expect(() => requirePlace("")).not.toThrow();
    expect(() => requirePlace(placeOf(at(1, "a")))).not.toThrow();
    const refused = expect.objectContaining({
      reason: "INVALID_FIELD",
      fields: [expect.objectContaining({ field: "page_token" })],
    });
    for (const token of ["50", "2026-01-01 a", `${placeOf(at(1, "x".repeat(129)))}`])
      expect(() => requirePlace(token)).toThrow(refused);
  });
});

describe("pages of several lists together", () => {
  /** Reads all pages as a client does; each list is cut by its own node. */
  function read(lists: readonly (readonly Placed[])[], size: number, own = size): string[] {
    const pages: string[] = [];
    for (let pageToken = ""; ; ) {
      const parts = lists.map((list) => {
        const open = list.filter((one) => pageToken === "" || placeOf(one) < pageToken).sort(newestFirst);
        return { items: open.slice(0, own), more: open.length > own };
      });
      const page = joinPages(parts, { size, pageToken }, (known) => known);
      pages.push(ids(page.items));
      pageToken = page.nextPageToken;
      if (pageToken === "") return pages;
    }
  }

  test("hold each certificate once, newest first", () => {
    const lists = [
      [at(1, "a"), at(4, "d"), at(6, "f")],
      [at(2, "b"), at(4, "d")],
      [at(3, "c"), at(5, "e")],
    ];
    expect(read(lists, 2)).toEqual(["fe", "dc", "ba"]);
    expect(read(lists, 10)).toEqual(["fedcba"]);
    expect(read([[], []], 10)).toEqual([""]);
  });

  test("keep their order where a node gives less than it was asked for", () => {
    const lists = [
      [at(1, "a"), at(2, "b"), at(5, "e"), at(6, "f")],
      [at(3, "c"), at(4, "d")],
    ];
    expect(read(lists, 4, 1).join("")).toBe("fedcba");
  });

  test("take of two the better, and leave out what another node puts before the token", () => {
    const old = { ...at(2, "b"), revision: 1 };
    const lists = [
      { items: [old], more: false },
      {
        items: [
          { ...old, revision: 2 },
          { ...at(9, "z"), revision: 1 },
        ],
        more: false,
      },
    ];
    const token = placeOf(at(5, "e"));
    const page = joinPages(lists, { size: 5, pageToken: token }, (a, b) => (a.revision > b.revision ? a : b));
    expect(page).toEqual({ items: [{ ...old, revision: 2 }], nextPageToken: "" });
  });

  test("end where a list says that it goes on and gives nothing", () => {
    expect(joinPages<Placed>([{ items: [], more: true }], { size: 5, pageToken: "" }, (a) => a)).toEqual({
      items: [],
      nextPageToken: "",
    });
  });
});
