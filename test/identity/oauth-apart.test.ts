import { randomUUID } from "node:crypto";
import { createClient } from "@connectrpc/connect";
import { ChannelCredentials, Client as GrpcClient } from "@grpc/grpc-js";
import * as oauth from "openid-client";
import { afterAll, expect, test, vi } from "vitest";
import { freePorts } from "../../ops/trial/ports.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { grpcTransport } from "../../services/call/client/grpc-transport.ts";
import { catalogService } from "../../services/catalog/main.ts";
import { identityService } from "../../services/identity/main.ts";
import { startNode } from "../../services/node/node.ts";
import { callFrom, reasonIn } from "../node/call-from.ts";
import { makeNodeFiles } from "../node/node-files.ts";
import { fetchWith } from "./fetch-with.ts";

const DEPARTMENT = "114401000000990003";
const files = makeNodeFiles();
afterAll(() => files.remove());

test("5.9.3: identity and catalog apart serve as one; without the catalog apps are told to come again", async () => {
  const { ca, cert, key } = files.identity(files.certify("operator", ["ops"]));
  const [port] = await freePorts(1);
  const issuer = `https://127.0.0.1:${port}`;
  const catalog = await startNode(files.config(["catalog"], { oauth: { issuer } }), [catalogService]);
  const mesh = catalog.addresses.mesh as string;
  const usual = files.config(["identity"], { oauth: { issuer }, mesh: { catalog: { addresses: [mesh] } } });
  const listeners = { ...usual.listeners, connect: { address: `127.0.0.1:${port}` } };
  const identity = await startNode({ ...usual, listeners }, [identityService]);
  const channel = new GrpcClient(mesh, ChannelCredentials.createSsl(ca, key, cert));
  const registry = createClient(RegistryService, grpcTransport(channel, {}));
  await registry.putDepartment({ department: { code: DEPARTMENT, name: "某局", division: "440100" } });
  const app = { key: "440100-apart", name: "某系统", departmentCode: DEPARTMENT, scopes: ["usage.use"] };
  const { secret } = await registry.putApp({ requestId: randomUUID(), app });

  const client = (proof: string) =>
    oauth.discovery(new URL(issuer), app.key, {}, oauth.ClientSecretBasic(proof), {
      algorithm: "oauth2",
      [oauth.customFetch]: fetchWith({ ca }) as never,
    });
  const config = await client(secret);
  const { access_token: token } = await oauth.clientCredentialsGrant(config, {});
  const method = "ecert.catalog.v1.RegistryService/ListMatters";
  const call = async () =>
    reasonIn(await callFrom("127.0.0.1", catalog.addresses.connect as string, method, {}, { ca, token }));
  expect(await call()).toBe("OK");
  const wrong = oauth.clientCredentialsGrant(await client("wrong"), {});
  await expect(wrong).rejects.toMatchObject({ status: 401 });
  await oauth.tokenRevocation(config, token);
  await vi.waitFor(async () => expect(await call()).toBe("TOKEN_REFUSED"), { timeout: 5_000, interval: 50 });

  channel.close();
  await catalog.stop();
  // The client library has no error of OAuth 2 for it, but the answer.
  const answer: Response = await oauth.clientCredentialsGrant(config, {}).then(
    () => expect.fail("a token without a catalog"),
    ({ cause }) => cause,
  );
  expect([answer.status, Number(answer.headers.get("retry-after")) > 0]).toEqual([503, true]);
  expect(await answer.json()).toMatchObject({ error: "temporarily_unavailable", request_id: expect.any(String) });
  await identity.stop();
});
