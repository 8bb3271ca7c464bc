import { fingerprint } from "../../services/trust/officers/credential.ts";
import type { OfficerList } from "../../services/trust/officers/officer-list.ts";

/** A list of officers for people. */
export function officerListText(list: OfficerList): string {
  const { department, node, version, from, until, rpId, origins } = list;
  const keys = list.officers.flatMap(({ account, name, items, credentials }) => [
    `${account}  ${name}${items ? `  目录项 items ${items.join(" ")}` : ""}`,
    ...credentials.flatMap((one) => [
      `  指纹 fingerprint  ${fingerprint(one)}  ${one.since} – ${one.until ?? ""}`,
      `  标识 credential   ${one.id}`,
      ...(one.page === undefined ? [] : [`  页面 page         ${one.page}`]),
    ]),
  ]);
  const head = [
    `部门 department  ${department}  节点 node ${node}`,
    `版本 version     ${version}  ${from} – ${until}`,
    `页面 pages       ${origins.join(" ")}  (${rpId})`,
  ];
  return `${[...head, ...keys].join("\n")}\n`;
}
