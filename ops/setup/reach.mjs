/** Whether what is to be fetched can be reached, told within seconds. Plain Node 20 without npm packages. */
import { connect } from "node:net";

/** What a tool itself would wait for minutes. */
const REACH_MS = 8_000;

/**
 * Resolves to the reason why a URL's host cannot be reached, or to undefined where it can: by TCP, or through the proxy that the
 * environment names (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`), which is asked for the host. Nothing is read from it. A URL that
 * names no host (a folder) counts as reached.
 *
 * @param {string} url
 * @param {{ [name: string]: string | undefined }} [env]
 * @param {number} [waitMs] Milliseconds until it is given up.
 * @returns {Promise<string | undefined>}
 */
export async function unreachable(url, env = process.env, waitMs = REACH_MS) {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (!target || !/^https?:$/.test(target.protocol)) return undefined;
  const proxy = proxyFor(target, env);
  const at = proxy ?? target;
  return new Promise((resolve) => {
    const socket = connect({ host: at.hostname.replace(/^\[|\]$/g, ""), port: portOf(at) });
    const end = (reason) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reason && `${target.host}${proxy ? ` through the proxy ${proxy.host}` : ""}: ${reason}`);
    };
    // A name service that does not answer counts too, therefore a clock of our own.
    const timer = setTimeout(() => end(`no answer within ${waitMs / 1000} seconds`), waitMs);
    socket.once("error", (error) => end(error.code ?? error.message));
    socket.once("connect", () => {
      if (proxy?.protocol !== "http:" || target.protocol !== "https:") return end();
      socket.write(tunnel(target, proxy));
      socket.once("data", (answer) => {
        const [line = ""] = answer.toString("latin1").split("\r\n");
        end(/^HTTP\/1\.\d 2/.test(line) ? undefined : line);
      });
      socket.once("end", () => end("the proxy closed the connection"));
    });
  });
}

/** The proxy that the environment names for a URL, or undefined. */
function proxyFor(target, env) {
  const named = (name) => env[name.toLowerCase()] || env[name];
  const text = named(target.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY");
  const direct = (named("NO_PROXY") ?? "").split(",").map((entry) => entry.trim().replace(/^\*?\./, ""));
  const { hostname } = target;
  const isDirect = direct.some(
    (entry) => entry === "*" || (entry && (hostname === entry || hostname.endsWith(`.${entry}`))),
  );
  if (!text || isDirect) return undefined;
  const url = text.includes("://") ? text : `http://${text}`;
  return URL.canParse(url) ? new URL(url) : undefined;
}

function tunnel(target, { username, password }) {
  const host = `${target.hostname}:${portOf(target)}`;
  const user = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64");
  const authorization = username ? `Proxy-Authorization: Basic ${user}\r\n` : "";
  return `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n${authorization}\r\n`;
}

function portOf({ port, protocol }) {
  return Number(port) || (protocol === "https:" ? 443 : 80);
}
