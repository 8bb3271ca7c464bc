import { expect, test } from "vitest";
import { type AskedFields, contextOf, sameRequest, type Unanswered } from "./asked-context.ts";

const FIELDS: AskedFields = {
  holder: { name: " 岭海云帆软件有限公司 ", codeType: "001", code: "91440106MA9DEM2A6K" },
  ...{ businessId: "YW-1", purpose: "办理变更", stage: "受理", outlet: "3 号窗口", itemCodes: ["GD-SCJG-0001"] },
};
const context = contextOf(
  FIELDS,
  { code: "440106-SPJY-02", departmentCode: "11440106MB9DEM11X6" },
  { account: "440100-scjg-user", name: "刘试验" },
);

test("5.4.3: a context names matter, department and who is signed in, whom nobody fills in", () => {
  expect(context).toMatchObject({
    holder: { name: "岭海云帆软件有限公司" },
    ...{ matterCode: "440106-SPJY-02", departmentCode: "11440106MB9DEM11X6" },
    operator: { account: "440100-scjg-user", name: "刘试验" },
  });
});

test("5.4.3: whom nothing names is left out, for the holder to say by what is shown", () => {
  const unnamed = { ...FIELDS, holder: { name: " ", codeType: "001", code: "" } };
  const matter = { code: "440106-SPJY-02", departmentCode: "11440106MB9DEM11X6" };
  expect(contextOf(unnamed, matter, { account: "440100-scjg-user", name: "刘试验" })).not.toHaveProperty("holder");
});

test("a button pressed again before it was answered makes the same request; changed content, or an answer, makes another", () => {
  let made = 0;
  const parts = {
    newId: () => `id-${++made}`,
    now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, made)),
  };
  const request = sameRequest(parts);
  const first = request.of(context);
  expect(request.of(context)).toEqual(first);
  expect(request.of(context, "ecert:present:440100:a").requestId).toBe("id-2");
  expect(request.of({ ...context, stage: "审查" }).requestId).toBe("id-3");
  request.answered();
  expect(request.of({ ...context, stage: "审查" }).requestId).toBe("id-4");
});

test("a page that was left before the answer makes the same request when it is opened again, and another one after the answer", () => {
  let kept: Unanswered | undefined;
  const parts = {
    keep: (last: Unanswered | undefined) => {
      kept = last;
    },
  };
  const first = sameRequest(parts).of(context);
  const again = sameRequest({ ...parts, before: kept });
  expect(again.of(context)).toEqual(first);
  again.answered();
  expect(kept).toBeUndefined();
  expect(sameRequest({ ...parts, before: kept }).of(context).requestId).not.toBe(first.requestId);
});
