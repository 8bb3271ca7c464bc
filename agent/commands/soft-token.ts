import { readFileSync, realpathSync, statSync } from "node:fs";
import { basename, isAbsolute } from "node:path";
import type { Refusal } from "../../services/domain/refusal.ts";
import { refuseOption } from "./arguments.ts";
import { checkWritable } from "./init-places.ts";

const VARIABLE = "SOFTHSM2_CONF";
const OPTION = `--environment ${VARIABLE}`;
const GIVE = `give --environment ${VARIABLE}=FILE, an absolute path, whose line directories.tokendir names the folder`;
const GIVE_ZH = `请给出 --environment ${VARIABLE}=文件（绝对路径），并在其中以 directories.tokendir 指定令牌目录`;

/** Whether a library is SoftHSM's, by its name. */
export function isSoftHsm(module: string): boolean {
  return /softhsm/i.test(basename(realpathSync(module)));
}

/**
 * The folder in which SoftHSM keeps its tokens, by what was given for this agent. SoftHSM alone would take what the shell has in
 * SOFTHSM2_CONF, the configuration of the user or that of the host, one after the other: folders that nobody meant. Refuses
 * (`INVALID_FIELD`) where the folder was not given, is not there, or cannot be written to.
 */
export function softTokenFolder(environment: Readonly<Record<string, string>>): string {
  const file = environment[VARIABLE];
  if (file === undefined) throw softFolderMissing();
  const refused = (description: string, localized: string) =>
    refuseOption("INVALID_FIELD", OPTION, { description, remedy: GIVE, localized: `${localized}；${GIVE_ZH}` });
  if (!isAbsolute(file)) throw refused(`${file} is no absolute path`, `${file} 不是绝对路径`);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw refused(`${file} cannot be read: ${code}`, `${file} 无法读取`);
  }
  const named = [...text.matchAll(/^[ \t]*directories\.tokendir[ \t]*=[ \t]*(.*?)[ \t]*(?:#.*)?$/gm)];
  const [folder = ""] = named.map(([, value]) => value as string);
  if (named.length !== 1 || !isAbsolute(folder)) {
    throw refused(`${file} names no one folder with an absolute path`, `${file} 没有指定唯一的、绝对路径的令牌目录`);
  }
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw refuseOption("INVALID_FIELD", OPTION, {
      description: `${file} names ${folder}, which is no directory`,
      remedy: `make it (mkdir -m 700 ${folder})`,
      localized: `${file} 指定的令牌目录 ${folder} 不存在；请先建立（mkdir -m 700 ${folder}）`,
    });
  }
  checkWritable(OPTION, folder);
  return folder;
}

/** The refusal where SoftHSM would choose its folder by itself. */
export function softFolderMissing(): Refusal {
  return refuseOption("INVALID_FIELD", OPTION, {
    description: "SoftHSM was not told where its tokens lie: what this shell or this host has for it does not count",
    remedy: GIVE,
    localized: `没有指定SoftHSM的令牌目录；${GIVE_ZH}`,
  });
}
