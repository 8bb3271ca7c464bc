import { Refusal } from "../../../services/domain/refusal.ts";
import { OPERATOR_HELP, OPERATOR_OPTIONS, type OperatorAccess, operatorAccess, parsedBy } from "../operator-options.ts";
import type { Action, Group, Options } from "./action.ts";

/** What a command line of a group says. */
export interface FeedCommand extends OperatorAccess {
  action: Action;
  arguments: readonly string[];
  options: Options;
  json: boolean;
}

/** Parses `ecert WORD ACTION …`; what it does not say is taken from the environment. Throws `INVALID_FIELD`, naming what is missing or surplus. */
export function parseFeed(group: Group, [name, ...args]: readonly string[], env: NodeJS.ProcessEnv): FeedCommand {
  const action = name !== undefined && Object.hasOwn(group.actions, name) ? group.actions[name] : undefined;
  if (!action) {
    const known = Object.keys(group.actions).join(", ");
    throw wrong(
      group,
      `没有命令 ${group.word} ${name ?? ""}，应为 · there is no ${group.word} ${name ?? ""}; say one of ${known}`,
    );
  }
  const own = Object.entries(action.options ?? {});
  const options = {
    ...OPERATOR_OPTIONS,
    ...Object.fromEntries(
      own.map(([option, { value }]) => [option, { type: value === "" ? "boolean" : "string" } as const]),
    ),
  };
  const { values, positionals } = parsedBy({ args: [...args], options, allowPositionals: true });
  const given = values as Options;
  requireArguments(group, `${group.word} ${name}`, action, positionals);
  for (const [option, { required, english, chinese }] of own) {
    if (required && !given[option])
      throw wrong(group, `缺少 --${option}（${chinese}） · --${option} is missing (${english})`);
  }
  const access = operatorAccess(group.word, given as Parameters<typeof operatorAccess>[1], env);
  return { action, arguments: positionals, options: given, json: given.json === true, ...access };
}

function requireArguments(group: Group, command: string, { takes }: Action, given: readonly string[]): void {
  const many = takes.at(-1)?.endsWith("…") === true;
  if (many ? given.length >= takes.length : given.length === takes.length) return;
  const shape = [`ecert ${command}`, ...takes].join(" ");
  throw wrong(group, `参数应为 · arguments are: ${shape}`);
}

function wrong({ word }: Group, message: string): Refusal {
  return new Refusal("INVALID_FIELD", `${message}; see ecert ${word} --help`);
}

/** Help of a group. */
export function feedHelp({ word, chinese, english, actions }: Group): string {
  const lines = Object.entries(actions).flatMap(([name, action]) => {
    const options = Object.entries(action.options ?? {});
    const shape = options.map(([option, { value, required }]) => {
      const text = value === "" ? `--${option}` : `--${option} ${value}`;
      return required ? text : `[${text}]`;
    });
    return [
      `  ${["ecert", word, name, ...action.takes, ...shape].join(" ")}`,
      `      ${action.chinese} · ${action.english}`,
      ...options.map(([option, told]) => `      --${option}: ${told.chinese} · ${told.english}`),
    ];
  });
  return `ecert ${word}: ${chinese} · ${english}

用法 usage:
${lines.join("\n")}

选项 options:
${OPERATOR_HELP}
退出码 exit codes: 0 完成 · done   2 无法执行 · could not run
`;
}
