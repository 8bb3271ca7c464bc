import { describe, expect, test } from "vitest";
import type { HolderProvider } from "../../host/holder-provider.ts";
import { holderIn } from "./holder-claims.ts";

const provider: HolderProvider = {
  issuer: "https://portal.example",
  audience: "ecert",
  jwksUrl: "https://portal.example/jwks",
  algorithms: ["ES256"],
  tokenType: "at+jwt",
  lifetimeSeconds: 3_600,
  assurance: { claim: "acr", values: ["real-name"] },
  person: {
    name: "name",
    code: "id.number",
    codeType: { claim: "id.kind", values: { idcard: "111", passport: "414" } },
  },
  organisation: {
    name: "org.name",
    code: "org.code",
    codeType: { fixed: "001" },
    acting: { name: "name", code: "id.number", codeType: { fixed: "111" } },
  },
};
const person = { acr: "real-name", name: "李试验", id: { kind: "idcard", number: "440106199003071231" } };
const org = { name: "岭海云帆软件有限公司", code: "91440106MA9DEM2A6K" };
const refusalOf = (claims: object) => {
  try {
    holderIn({ ...claims }, provider);
    return undefined;
  } catch (error) {
    return error as { reason: string; message: string; localized: string };
  }
};

describe("5.5.2 who a token of an identity provider stands for", () => {
  test("a person is known by name, code type and code", () => {
    const { name, id } = person;
    expect(holderIn(person, provider)).toEqual({
      kind: "holder",
      name,
      code: id.number,
      codeType: "111",
      provider: provider.issuer,
    });
  });

  test("a token that names an organisation stands for it, with the person who acts for it", () => {
    const acting = { name: person.name, code: person.id.number, codeType: "111" };
    const organisation = { kind: "holder", ...org, codeType: "001", provider: provider.issuer, acting };
    expect(holderIn({ ...person, org }, provider)).toEqual(organisation);
  });

  test.each([
    ["assurance that is too low", { acr: "password" }, /acr "password".*real-name is needed/],
    ["no assurance", { acr: undefined }, /acr nothing.*real-name is needed/],
    ["no name", { name: undefined }, /claim name .*is missing/],
    ["two names", { name: ["李试验", "王试验"] }, /claim name .*is not one text/],
    ["a name that hides something", { name: "李\u200b试验" }, /claim name .*is no name/],
    ["no code", { id: { kind: "idcard" } }, /claim id\.number .*is missing/],
    ["a wrong check digit", { id: { kind: "idcard", number: "440106199003071230" } }, /claim id\.number .*is refused/],
    [
      "a kind of document that nobody has mapped",
      { id: { kind: "toString", number: "1" } },
      /claim id\.kind .*is none of/,
    ],
    ["an organisation without a name", { org: { code: org.code } }, /claim org\.name .*is missing/],
    ["an organisation for which nobody acts", { org, name: undefined }, /claim name .*is missing/],
    [
      "the code of two organisations",
      { org: { ...org, code: [org.code, org.code] } },
      /claim org\.code .*is not one text/,
    ],
  ])("is refused with %s, and no value of a person is repeated", (_, change, message) => {
    const refusal = refusalOf({ ...person, ...change });
    expect(refusal?.reason).toBe("TOKEN_REFUSED");
    expect(refusal?.message).toMatch(message);
    expect(refusal?.localized).toMatch(/请/);
    expect(`${refusal?.message} ${refusal?.localized}`).not.toMatch(/440106|9144|试验/);
  });
});
