import { readFileSync } from "node:fs";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { instantOf } from "../../services/domain/instant.ts";
import { Refusal, refuseArgument, terminalFault } from "../../services/domain/refusal.ts";
import type { Seal } from "../../services/trust/seal/form.ts";
import { readSeal } from "../../services/trust/seal/read-seal.ts";

/** Text of `ecert seal --help`. */
export const SEAL_HELP = `ecert seal: 电子印章（GB/T 38540） · electronic seals

  ecert seal make …                制章 · makes an electronic seal, which PutSeal and the agent's policy take
  ecert seal show FILE [--json]    查看印章（第 1、4、5 版），不作判断 · shows a seal of version 1, 4 or 5; judges nothing
  ecert seal check FILE --trust DIR [--signer FILE] [--at TIME] [--json]
                                   验证印章 · verifies a seal: its maker's signature and path, its validity
  ecert seal picture --name NAME --out FILE…
                                   绘制印章图样 · draws the picture of a seal from a name: .json, as pictures are registered, .svg to look at, .ofd
  ecert seal put|list|get|unbind … 印章登记，见下 · the register of seals, see below

picture:
  --name NAME            弧形文字，2 至 30 字 · name along the arc, 2 to 30 characters
  --caption TEXT         下方文字，至多 12 字 · text below the star, for example 电子证照专用章
  --diameter MM          直径 20 至 60，默认 42 · diameter in mm
  --color #RRGGBB        默认公章红 · official red by default
  --from FILE            已有图样（.json）· in place of all these: a picture that is there, to see it
  --out FILE             写入的文件，可多次给出 · file to write; may be repeated

make:
  --name NAME            印章名称 · name of the seal, as it reads on its picture
  --id ID                印章标识（esID） · its identifier, unique for the seal maker; ASCII
  --picture FILE         印章图样 · picture: .json (picture_json of the seal register, drawn as OFD), .png, .jpg or .ofd
  --size W×H             图样大小（毫米） · size in mm, for example 42x42; not for .json, which tells its own
  --signer FILE          签名证书 · signing certificate that may sign with the seal, PEM; may be repeated
  --from TIME --to TIME  有效期 · validity: a day (2030-01-31, Beijing time) or RFC 3339; --from is now by default
  --maker FILE           制章人证书 · the seal maker's certificate with the authorities above it, PEM
  --key FILE             制章人密钥文件（仅供试验，须同时给出 --trial） · the seal maker's key in a file, for trials only and
                         with --trial: encrypted PKCS#8 in PEM, mode 0600
  --passphrase-file FILE   its passphrase
  --device FILE          制章人的加密设备 · the seal maker's device in place of a key file: JSON with the members of the
                         agent's \`device\`, paths relative to it
  --key-label LABEL        label of the key in it
  --type body|person     单位印章、个人印章 · default body
  --digests              只写入证书摘要 · lists digests of the signing certificates in place of them
  --vendor VID           厂商标识 · default ecert
  --version 4|5          4: GB/T 38540-2020 (default); 5: GM/T 0031-2025, which few readers know yet
  --time-stamp URL       时间戳服务地址（仅第 5 版） · has the seal stamped by this authority (RFC 3161); version 5 only
  --time-stamp-root FILE   its authorities and their revocation lists, PEM
  --time-stamp-ca FILE     authority of its TLS certificate, PEM
  --out FILE             写入的文件 · file to write, DER; it must not be there yet

退出码 exit codes: 0 完成、有效 · done, or valid   1 无效 · invalid   2 无法执行 · could not run
`;

/** Options of a command, as `parseArgs` takes them. */
type Options = NonNullable<ParseArgsConfig["options"]>;

/** Parses the options of a seal command. Throws `INVALID_FIELD` for anything that it does not know. */
export function parseSealCommand<const O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (cause) {
    const why = (cause as Error).message.split(". ")[0];
    throw new Refusal("INVALID_FIELD", `${why}; see ecert seal --help`, { cause });
  }
}

/** The value of an option that cannot be left out. Throws `INVALID_FIELD`. */
export function needed(value: string | undefined, name: string): string {
  if (value === undefined || value === "")
    throw refuseArgument("INVALID_FIELD", `--${name}`, "缺少 · is needed", "see ecert seal --help");
  return value;
}

/** The one file that a command is about. Throws `INVALID_FIELD`. */
export function oneFile(positionals: readonly string[]): string {
  const [file, surplus] = positionals;
  if (file !== undefined && surplus === undefined) return file;
  throw refuseArgument("INVALID_FIELD", "FILE", "需指定一个文件 · one file is needed", "see ecert seal --help");
}

/** Reads a file that an option names. Throws `INVALID_FIELD`, naming both. */
export function readNamed(path: string, name: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? "unreadable";
    const description = `无法读取 ${path} · cannot read ${path} (${why})`;
    throw new Refusal("INVALID_FIELD", `${name}: ${description}`, {
      fields: [terminalFault(name, description, "name a file that is there and readable")],
      cause,
    });
  }
}

/** Reads the seal in a file. Throws `INVALID_FIELD` where it holds none. */
export function readSealFile(file: string): { der: Buffer; seal: Seal } {
  const der = readNamed(file, "FILE");
  try {
    return { der, seal: readSeal(der) };
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    const description = `${file} 不是电子印章 · is no electronic seal: ${cause.message}`;
    const remedy = "name an SESeal in DER, for example Seal.esl of an OFD";
    throw new Refusal("INVALID_FIELD", `FILE: ${description}`, {
      fields: [terminalFault("FILE", description, remedy)],
      cause,
    });
  }
}

/** A time as RFC 3339 (in Beijing where it names no zone), or a day, which begins (or, with `end`, ends) in Beijing. Throws `INVALID_FIELD`. */
export function timeOf(text: string, name: string, { end = false } = {}): Date {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const time = new Date(instantOf(isDay ? `${text}T${end ? "23:59:59" : "00:00:00"}+08:00` : text));
  if (!Number.isNaN(time.getTime())) return time;
  throw refuseArgument(
    "INVALID_FIELD",
    `--${name}`,
    `${text} is not a time`,
    "write 2030-01-31 or 2030-01-31T08:00:00+08:00",
  );
}
