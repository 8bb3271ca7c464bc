import type { BadInput, BadInputs } from "../bad-input.ts";
import { APPS, MORE } from "../registered.ts";

const bearer = (authorization: string) => ({ body: "{}", headers: { authorization } });
const TOKEN = "TokenService/IssueAccessToken";

const token = (is: string, raw: NonNullable<BadInput["raw"]>, reason: BadInput["reason"]): BadInput => ({
  is,
  as: "nobody",
  raw,
  reason,
});

export const CALLERS: BadInputs = {
  title: "Who calls",
  rpc: "IssueService/ListCertificates",
  at: "linghai",
  as: "approval",
  inputs: [
    { is: "no token", as: "nobody", send: () => ({}), reason: "TOKEN_MISSING" },
    token("a text that is no token", () => bearer("Bearer hello"), "TOKEN_REFUSED"),
    token("Basic authorization", () => bearer("Basic YTpi"), "TOKEN_REFUSED"),
    token(
      "an altered token",
      ({ proofOf }) => bearer(`Bearer ${proofOf("approval", "linghai").token?.slice(0, -4)}AAAA`),
      "TOKEN_REFUSED",
    ),
    token("another city's token", ({ tokens }) => bearer(`Bearer ${tokens.elsewhere}`), "TOKEN_REFUSED"),
    token("a token that has expired", ({ tokens }) => bearer(`Bearer ${tokens.expired}`), "TOKEN_EXPIRED"),
    {
      is: "a token without the scope",
      at: "pengwan",
      as: "counter",
      rpc: "IssueService/MakeCertificate",
      send: () => ({}),
      reason: "PERMISSION_DENIED",
    },
    {
      is: "an app where operators call",
      rpc: "RegistryService/PutDepartment",
      send: () => ({}),
      reason: "PERMISSION_DENIED",
    },
    { is: "an operator where apps call", as: "operator", send: () => ({}), reason: "PERMISSION_DENIED" },
    {
      is: "nobody where operators call",
      as: "nobody",
      rpc: "RegistryService/PutDepartment",
      send: () => ({}),
      reason: "TOKEN_MISSING",
    },
    {
      is: "another node's operator",
      as: "stranger",
      rpc: "RegistryService/PutDepartment",
      send: () => ({}),
      reason: "PERMISSION_DENIED",
    },
    {
      is: "a city where the province decides",
      as: "operator",
      rpc: "IssuerService/ConfirmDepartment",
      send: () => ({ code: "11440106MB9DEM11X6", node: "440100" }),
      reason: "PERMISSION_DENIED",
    },
    {
      is: "no AppKey",
      as: "nobody",
      rpc: TOKEN,
      send: () => ({ appSecret: "x" }),
      reason: "INVALID_FIELD",
      field: "appKey",
    },
    {
      is: "a wrong secret",
      as: "nobody",
      rpc: TOKEN,
      send: () => ({ appKey: APPS.approval, appSecret: "wrong" }),
      reason: "CREDENTIAL_REFUSED",
    },
    {
      is: "an app that there is not",
      as: "nobody",
      rpc: TOKEN,
      send: () => ({ appKey: "440100-nobody", appSecret: "wrong" }),
      reason: "CREDENTIAL_REFUSED",
    },
    {
      is: "the right app and secret in the wrong city",
      as: "nobody",
      rpc: TOKEN,
      send: ({ trial }) => ({ appKey: APPS.counter, appSecret: trial.secrets.get(APPS.counter) ?? "" }),
      reason: "CREDENTIAL_REFUSED",
      field: "appKey",
    },
    {
      is: "a disabled app",
      as: "nobody",
      rpc: TOKEN,
      send: () => ({ appKey: MORE.disabled, appSecret: "x" }),
      reason: "CREDENTIAL_REFUSED",
    },
  ],
};
