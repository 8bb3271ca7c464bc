import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startPortal } from "./server.ts";

const HELP = `portal: 试验用政务服务门户（OpenID 提供方，人员均为虚构） · a stand-in for the government portal: an OpenID provider with invented people

  node ops/launch.mjs portal --certificate FILE --key FILE [--port N] [--page URL …]

  --certificate FILE   TLS 证书 (PEM)，须含 localhost · TLS certificate for localhost
  --key FILE           其私钥 (PEM) · its private key
  --port N             端口，默认 3162 · port; default 3162
  --page URL           登录后可返回的页面，可多次给出 · a page that signing in may lead back to; may be given several times
`;

const { values } = parseArgs({
  options: {
    certificate: { type: "string" },
    key: { type: "string" },
    port: { type: "string", default: "3162" },
    page: { type: "string", multiple: true, default: [] },
    help: { type: "boolean", default: false },
  },
});
const { certificate, key } = values;
const port = Number(values.port);
const isPort = Number.isInteger(port) && port >= 0 && port <= 65_535;
if (values.help || certificate === undefined || key === undefined || !isPort) {
  process.stdout.write(HELP);
  process.exitCode = values.help ? 0 : 2;
} else {
  const tls = { cert: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") };
  const server = await startPortal(tls, port, values.page);
  process.stdout.write(`${server.url}\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void server.stop());
}
