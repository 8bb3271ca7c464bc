import type { IncomingMessage, ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { askLibrary } from "./ask-library.ts";

const asked = {
  ...{ path: "/oauth2/token", host: "certs.example:8443", authorization: "Basic YTpi" },
  ...{ contentType: "application/x-www-form-urlencoded", body: Buffer.from("a=b") },
};
const ask = (serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>) =>
  askLibrary(serve as never, asked);

test("the library sees what it needs of a request, and nothing that the caller says of the host", async () => {
  const answer = await ask(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    response.statusCode = 201;
    response.setHeader("www-authenticate", "Basic");
    response.end(JSON.stringify([request.method, request.url, request.headers, Buffer.concat(chunks).toString()]));
  });
  expect(answer).toMatchObject({ status: 201, wwwAuthenticate: "Basic" });
  expect(JSON.parse(answer.body)).toEqual([
    "POST",
    "/oauth2/token",
    {
      ...{ host: "certs.example:8443", accept: "application/json", authorization: "Basic YTpi" },
      ...{ "content-type": "application/x-www-form-urlencoded", "content-length": "3" },
    },
    "a=b",
  ]);
});

test("an empty answer is one, and what it throws is thrown", async () => {
  const empty = await ask(async (_request, response) => void response.end());
  expect(empty).toEqual({ status: 200, wwwAuthenticate: undefined, body: "" });
  await expect(ask(() => Promise.reject(new Error("fault")))).rejects.toThrow("fault");
});
