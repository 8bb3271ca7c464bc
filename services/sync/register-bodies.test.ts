import { expect, test } from "vitest";
import { registerContent } from "../trust/register-content.ts";
import { bodiesOf } from "./register-bodies.ts";

const department = (code: string, superiorCode = "", node = "440100") => ({ code, superiorCode, node });
const right = (departmentCode: string, since: string, forUnits = false) => ({
  departmentCode,
  typeCode: "T",
  since,
  forUnits,
});

test("5.8.4: what is opened for units, the units below may issue as well, however deep; others may not", () => {
  const departments = [department("A"), department("B", "A"), department("C", "B"), department("D")];
  expect(bodiesOf(departments, [right("A", "2026-01-01", true)], "440000")).toEqual({
    A: { types: { T: "2026-01-01" } },
    B: { superior: "A", types: { T: "2026-01-01" } },
    C: { superior: "B", types: { T: "2026-01-01" } },
    D: { types: {} },
  });
});

test("of several openings of one type the first day counts", () => {
  const rights = [right("A", "2026-05-01"), right("A", "2026-01-01"), right("A", "2026-03-01")];
  expect(bodiesOf([department("A")], rights, "440000")).toEqual({ A: { types: { T: "2026-01-01" } } });
});

test("of several nodes that know a body, the province names its superior; rights of unknown bodies are left out", () => {
  const departments = [department("B", "X"), department("B", "A", "440000"), department("B", "Y", "440300")];
  expect(bodiesOf(departments, [right("Z", "2026-01-01")], "440000")).toEqual({ B: { superior: "A", types: {} } });
});

test("bodies that name one another as superior end nothing", () => {
  const bodies = bodiesOf([department("A", "B"), department("B", "A")], [right("A", "2026-01-01", true)], "440000");
  expect(bodies.B).toEqual({ superior: "A", types: { T: "2026-01-01" } });
});

test("5.8.3: former superiors are listed, those of the node whose superior counts", () => {
  const until = "2026-03-01T00:00:00.000Z";
  const former = [
    { superiorCode: "", until: "2026-02-01T00:00:00.000Z" },
    { superiorCode: "X", until },
  ];
  const departments = [
    { ...department("B", "Y"), former: [{ superiorCode: "Z", until }] },
    { ...department("B", "A", "440000"), former },
    { ...department("C"), former },
  ];
  const formerly = [{ until: "2026-02-01T00:00:00.000Z" }, { superior: "X", until }];
  expect(bodiesOf(departments, [], "440000")).toEqual({
    B: { superior: "A", formerly, types: {} },
    C: { formerly, types: {} },
  });
});

test("5.8.4: what was opened for units while a body stood below stays its right, what was opened later is none", () => {
  const former = [{ superiorCode: "A", until: "2026-03-01T00:00:00.000Z" }];
  const departments = [department("A"), department("N"), { ...department("B", "N"), former }, department("C", "B")];
  const later = { ...right("A", "2026-03-02", true), typeCode: "U" };
  const bodies = bodiesOf(departments, [right("A", "2026-03-01", true), later], "440000");
  expect(bodies.B?.types).toEqual({ T: "2026-03-01" });
  expect(bodies.C?.types).toEqual({ T: "2026-03-01" });
  expect(bodies.N?.types).toEqual({});
});

test("what a node sends with a wrong day or time, or out of order, leaves the register readable for all others", () => {
  const [first, second] = ["2026-02-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z"];
  const former = [second, "lately", first].map((until) => ({ superiorCode: "X", until }));
  const departments = [{ ...department("B", "A"), former }, department("C")];
  const bodies = bodiesOf(departments, [right("B", "soon"), right("C", "2026-01-01")], "440000");
  const schema = "ecert.issuer-register.v1";
  expect(() => registerContent({ schema, publisher: "440000", builtAt: first, bodies })).not.toThrow();
  const formerly = [first, second].map((until) => ({ superior: "X", until }));
  expect(bodies).toEqual({ B: { superior: "A", formerly, types: {} }, C: { types: { T: "2026-01-01" } } });
});
