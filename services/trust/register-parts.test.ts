import { expect, test } from "vitest";
import { registerText } from "./issuer-register.ts";
import { registerContent } from "./register-content.ts";
import { registerParts } from "./register-parts.ts";

const content = {
  publisher: "440000",
  builtAt: "2026-11-25T00:00:00.000Z",
  bodies: Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [
      `114401${String(index).padStart(12, "0")}`,
      {
        node: "440100",
        ...(index > 0 && { superior: "114401000000000000" }),
        rights: { '证照"}{\\项': [{ type: `T${index}`, node: "440100", from: "2026-01-01" }] },
      },
    ]),
  ),
};

function read(text: Uint8Array) {
  const parts = registerParts(text);
  for (let steps = 0; ; steps++) {
    const { done, value } = parts.next();
    if (done) return { steps, value };
  }
}

test("read body by body a register is what it is when it is read whole, with a step for each body", () => {
  const text = registerText(content);
  const { steps, value } = read(text);
  expect(value).toEqual(registerContent(JSON.parse(Buffer.from(text).toString())));
  expect(steps).toBe(300);
  expect(read(registerText({ ...content, bodies: {} })).value.bodies).toEqual({});
});

test("names that objects inherit are bodies like others", () => {
  const body = JSON.stringify({ node: "440100", rights: {} });
  const text = Buffer.from(registerText({ ...content, bodies: {} })).toString();
  const { value } = read(
    Buffer.from(text.replace('"bodies":{}', `"bodies":{"__proto__":${body},"constructor":${body}}`)),
  );
  expect(Object.keys(value.bodies)).toEqual(["__proto__", "constructor"]);
});

test("what is cut off, doubled, or of another order is refused wherever it is", () => {
  const text = Buffer.from(
    registerText({ ...content, bodies: Object.fromEntries(Object.entries(content.bodies).slice(0, 3)) }),
  );
  const refused = expect.objectContaining({ reason: "INVALID_FIELD" });
  for (let end = 0; end < text.length; end++) expect(() => read(text.subarray(0, end)), String(end)).toThrow(refused);
  const body = JSON.stringify({ node: "440100", rights: {} });
  for (const bodies of [`{"A":${body},"A":${body}}`, `{"A":${body} }`, `{"A":[]}`, `{"A":${body},,}`, `{A:${body}}`]) {
    const altered = text.toString().replace(/"bodies":.*,"builtAt"/, `"bodies":${bodies},"builtAt"`);
    expect(() => read(Buffer.from(altered)), bodies).toThrow(refused);
  }
});
