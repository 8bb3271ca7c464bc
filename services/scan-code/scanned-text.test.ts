import { expect, test } from "vitest";
import { scannedText } from "./scanned-text.ts";

test("what a scanner types through an input method for Chinese is the text of its code again", () => {
  expect(scannedText("ecert：present：440100：Ab－_1\r\n")).toBe("ecert:present:440100:Ab-_1");
  expect(scannedText(" ecert:present:440100:Ab-_1 ")).toBe("ecert:present:440100:Ab-_1");
});
