import { generateKeyPairSync, randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { ChannelCredentials, Client as GrpcClient } from "@grpc/grpc-js";
import * as oauth from "openid-client";
import { createAuthority } from "../../ops/authority/authority.ts";
import { freePorts } from "../../ops/trial/ports.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { TokenService } from "../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { grpcTransport } from "../../services/call/client/grpc-transport.ts";
import { catalogService } from "../../services/catalog/main.ts";
import type { NodeConfig } from "../../services/host/config.ts";
import { identityService } from "../../services/identity/main.ts";
import { startNode } from "../../services/node/node.ts";
import { callFrom, reasonIn } from "../node/call-from.ts";
import { makeNodeFiles } from "../node/node-files.ts";
import { fetchWith, type TlsOptions } from "./fetch-with.ts";

const DEPARTMENT = "114401000000990003";

/** A node that serves OAuth 2, and apps that prove themselves in each way. */
export async function openOauthScene() {
  const files = makeNodeFiles();
  const operator = files.identity(files.certify("operator", ["ops"]));
  const { ca } = operator;
  const next = generateKeyPairSync("ed25519");
  const nextFile = join(files.directory, "next.pub");
  writeFileSync(nextFile, next.publicKey.export({ type: "spki", format: "pem" }));
  const nextKeyFile = join(files.directory, "next.key");
  writeFileSync(nextKeyFile, next.privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  const [port, certificatePort] = await freePorts(2);
  const issuer = `https://127.0.0.1:${port}`;
  const certificateUrl = `https://127.0.0.1:${certificatePort}`;
  const usual = files.config(["catalog", "identity"]);
  const start = (tokens: Partial<NodeConfig["tokens"]>) => {
    const [connect, mutual] = [port, certificatePort].map((one) => ({ address: `127.0.0.1:${one}` }));
    const listeners = { ...usual.listeners, ...(connect && { connect }), ...(mutual && { mutual }) };
    const config = { ...usual, listeners, oauth: { issuer, certificateUrl } };
    return startNode({ ...config, tokens: { ...usual.tokens, ...tokens } }, [catalogService, identityService]);
  };
  let node = await start({ otherPublicKeyFiles: [nextFile] });
  const credentials = ChannelCredentials.createSsl(ca, operator.key, operator.cert);
  const channel = new GrpcClient(node.addresses.mesh as string, credentials);
  const registry = createClient(RegistryService, grpcTransport(channel, {}));
  const apps = createClient(AppService, grpcTransport(channel, {}));
  const rpcTokens = createClient(TokenService, grpcTransport(channel, {}));
  await registry.putDepartment({ department: { code: DEPARTMENT, name: "某局", division: "440100" } });

  const put = async (key: string, members: object = {}) => {
    const scopes = ["issue.read", "usage.use"];
    const app = { key, name: "某系统", departmentCode: DEPARTMENT, scopes, ...members };
    return (await apps.putApp({ requestId: randomUUID(), app })).secret;
  };
  const assertionKey = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  const jwk = await crypto.subtle.exportKey("jwk", assertionKey.publicKey);
  const publicKeysJson = JSON.stringify({ keys: [{ kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y }] });
  await put("440100-key", { proof: { publicKeysJson } });
  // Of an authority that nobody here trusts.
  const outside = createAuthority(join(files.directory, "outside"));
  const certificate = (name: string) => {
    const { certPem, keyPem } = outside.issueTls({ node: "440300", kind: "agent", name });
    return { ca, cert: certPem, key: keyPem };
  };
  const own = certificate("app");
  const other = certificate("other");
  await put("440100-tls", { proof: { clientCertificatesPem: own.cert } });

  /** An outside client that knows the issuer, and how to prove itself, and nothing else. */
  const client = async (appKey: string, method: oauth.ClientAuth, tls: TlsOptions = { ca }) => {
    const metadata = { use_mtls_endpoint_aliases: tls.cert !== undefined };
    return oauth.discovery(new URL(issuer), appKey, metadata, method, {
      algorithm: "oauth2",
      [oauth.customFetch]: fetchWith(tls) as never,
    });
  };
  /** What a method that any app may call says to a token; who has a certificate calls where one is asked for. */
  const call = async (token: string, tls: TlsOptions = { ca }) =>
    reasonIn(
      await callFrom(
        "127.0.0.1",
        `127.0.0.1:${tls.cert === undefined ? port : certificatePort}`,
        "ecert.catalog.v1.RegistryService/ListMatters",
        {},
        {
          ...tls,
          token,
        },
      ),
    );

  return {
    ...{
      files,
      ca,
      issuer,
      certificateUrl,
      port: Number(port),
      registry,
      apps,
      rpcTokens,
      put,
      nextKey: next.privateKey,
      client,
      call,
    },
    ...{ assertionKey: assertionKey.privateKey, own, other },
    /** Starts the node again with the next key, which it has published until now. */
    async rollOver() {
      await node.stop();
      const { publicKeyFile } = usual.tokens;
      node = await start({
        publicKeyFile: nextFile,
        privateKeyFile: nextKeyFile,
        otherPublicKeyFiles: [publicKeyFile],
      });
    },
    async close() {
      channel.close();
      await node.stop();
      files.remove();
    },
  };
}

/** See {@link openOauthScene}. */
export type OauthScene = Awaited<ReturnType<typeof openOauthScene>>;
