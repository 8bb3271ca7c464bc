import { parseArgs } from "node:util";
import { makeStampFiles } from "./files.ts";
import { startStampServer } from "./server.ts";

const HELP = `time-stamp: 试验用时间戳服务 · a time stamp authority (RFC 3161) for trials: openssl ts behind HTTP, on loopback

  node ops/launch.mjs time-stamp --directory DIR [--port N]

  --directory DIR   密钥与证书的目录，没有则生成 · its keys and certificates; made where they are absent
  --port N          端口，默认 3161 · port; default 3161
`;

const { values } = parseArgs({
  options: {
    directory: { type: "string" },
    port: { type: "string", default: "3161" },
    help: { type: "boolean", default: false },
  },
});
const port = Number(values.port);
if (values.help || values.directory === undefined || !Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stdout.write(HELP);
  process.exitCode = values.help ? 0 : 2;
} else {
  const files = makeStampFiles(values.directory);
  const server = await startStampServer(files, port);
  process.stdout.write(`${server.url} (${files.rootFile})\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void server.stop());
}
